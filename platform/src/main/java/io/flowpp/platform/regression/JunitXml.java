package io.flowpp.platform.regression;

import io.flowpp.platform.workspace.Host;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A check as CI systems show tests: an experiment is a class, a check of it a test case. What could
 * not be decided is a failure of the type {@code investigate}; where a run failed, so that nothing
 * was compared, it is an error. In the form of Ant's reports, the strictest of those that
 * circulate.
 */
public final class JunitXml {
  private static final Pattern NOT_XML =
      Pattern.compile("[^\\t\\n\\r\\x20-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]");

  private JunitXml() {}

  public static String of(RegressionResult result) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      line(xml, "");
      xml.writeStartElement("testsuites");
      line(xml, "  ");
      suite(xml, result);
      line(xml, "");
      xml.writeEndElement();
      line(xml, "");
      xml.writeEndDocument();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("XML into memory", e);
    }
    return text.toString();
  }

  private static void suite(XMLStreamWriter xml, RegressionResult result)
      throws XMLStreamException {
    List<CheckResult> checks = result.checks();
    long broken = checks.stream().filter(CheckResult::broken).count();
    xml.writeStartElement("testsuite");
    attribute(xml, "id", "0");
    attribute(xml, "name", "regression " + result.regression());
    attribute(xml, "package", result.regression());
    attribute(xml, "hostname", Host.name());
    attribute(xml, "tests", String.valueOf(checks.size()));
    attribute(
        xml,
        "failures",
        String.valueOf(
            count(checks, Judgement.FAIL) + count(checks, Judgement.INVESTIGATE) - broken));
    attribute(xml, "errors", String.valueOf(broken));
    attribute(xml, "skipped", String.valueOf(count(checks, Judgement.SKIPPED)));
    attribute(xml, "time", String.format(Locale.ROOT, "%.3f", result.seconds()));
    attribute(xml, "timestamp", result.finished().toString().replaceAll("(\\.\\d+)?Z$", ""));
    line(xml, "    ");
    xml.writeStartElement("properties");
    for (Map.Entry<String, String> property : properties(result).entrySet()) {
      line(xml, "      ");
      xml.writeEmptyElement("property");
      attribute(xml, "name", property.getKey());
      attribute(xml, "value", property.getValue());
    }
    line(xml, "    ");
    xml.writeEndElement();
    for (CheckResult check : checks) {
      line(xml, "    ");
      testcase(xml, result, check);
    }
    line(xml, "    ");
    // Not in the test cases: Ant's form has no place for it there.
    xml.writeStartElement("system-out");
    for (CheckResult check : checks) {
      String line = check.name() + " of " + check.experiment() + ": " + check.words();
      xml.writeCharacters(clean(line) + "\n");
    }
    xml.writeEndElement();
    line(xml, "    ");
    xml.writeEmptyElement("system-err");
    line(xml, "  ");
    xml.writeEndElement();
  }

  private static void testcase(XMLStreamWriter xml, RegressionResult result, CheckResult check)
      throws XMLStreamException {
    xml.writeStartElement("testcase");
    attribute(xml, "name", check.name());
    attribute(xml, "classname", result.regression() + "." + check.experiment());
    attribute(xml, "time", "0");
    line(xml, "      ");
    switch (check.verdict()) {
      case PASS -> {}
      case SKIPPED -> {
        xml.writeEmptyElement("skipped");
        attribute(xml, "message", check.words());
      }
      case FAIL, INVESTIGATE -> {
        xml.writeStartElement(check.broken() ? "error" : "failure");
        attribute(xml, "message", check.words());
        attribute(xml, "type", check.broken() ? "failed" : check.verdict().id());
        xml.writeCharacters(
            clean(check.name() + " of " + check.experiment() + ": " + check.words()));
        xml.writeEndElement();
      }
    }
    line(xml, "    ");
    xml.writeEndElement();
  }

  private static Map<String, String> properties(RegressionResult result) {
    Map<String, String> properties = new TreeMap<>();
    properties.put("verdict", result.verdict().id());
    Platform platform = result.platform();
    properties.put("platform.os", platform.os());
    properties.put("platform.architecture", platform.architecture());
    properties.put("platform.instructions", platform.instructions());
    properties.put("platform.processor", platform.processor());
    properties.put("platform.libtorch", platform.libtorch());
    Baseline baseline = result.baseline();
    properties.put("baseline", baseline == null ? "none" : baseline.origin());
    if (baseline != null) {
      properties.put("baseline.reason", baseline.reason());
    }
    return properties;
  }

  private static long count(List<CheckResult> checks, Judgement verdict) {
    return checks.stream().filter(check -> check.verdict() == verdict).count();
  }

  private static void attribute(XMLStreamWriter xml, String name, String value)
      throws XMLStreamException {
    xml.writeAttribute(name, clean(value).replaceAll("[\\t\\n\\r]+", " "));
  }

  private static void line(XMLStreamWriter xml, String indent) throws XMLStreamException {
    xml.writeCharacters("\n" + indent);
  }

  /** Without what no XML file may have, however it is written. */
  private static String clean(String text) {
    return NOT_XML.matcher(text).replaceAll("\uFFFD");
  }
}
