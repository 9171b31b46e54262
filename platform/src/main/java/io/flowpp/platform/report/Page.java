package io.flowpp.platform.report;

import freemarker.core.HTMLOutputFormat;
import freemarker.core.TemplateHTMLOutputModel;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import freemarker.template.TemplateModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Pages that stand alone: from a template that escapes every word, with the lab's style. */
public final class Page {
  private Page() {}

  /**
   * @param beside the class beside whose file the template lies
   */
  public static String render(Class<?> beside, String template, Map<String, Object> model)
      throws IOException {
    Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(beside, "");
    configuration.setDefaultEncoding("UTF-8");
    configuration.setLocale(Locale.ROOT);
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    StringWriter page = new StringWriter();
    try {
      configuration.getTemplate(template).process(model, page);
    } catch (TemplateException e) {
      throw new IllegalStateException(template + " does not fit its figures: " + e.getMessage(), e);
    }
    return page.toString();
  }

  /** Text of our own making that is markup already. */
  public static TemplateHTMLOutputModel markup(String text) {
    try {
      return HTMLOutputFormat.INSTANCE.fromMarkup(text);
    } catch (TemplateModelException e) {
      throw new IllegalStateException("markup is taken as it is", e);
    }
  }

  /** Of every page: in light, dark and print, charts included. */
  public static String style() {
    return resource(Page.class, "light.css")
        + resource(Page.class, "report.css")
        + resource(Page.class, "chart.css");
  }

  /** Of a chart that is a file of its own. */
  static String chartStyle() {
    return resource(Page.class, "light.css") + resource(Page.class, "chart.css");
  }

  /** A text that lies beside the file of a class. */
  public static String resource(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program was packed without " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the program's own " + name + " cannot be read", e);
    }
  }
}
