package io.flowpp.platform.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReportWriterTest {
  @Test
  void preview() throws Exception {
    ReportFixture fixture = new ReportFixture();
    ReportFiles files =
        new ReportWriter().write(fixture.build(), Path.of("target", "report-preview"));
    System.out.println(Files.size(files.html()));
    System.out.println(Summary.render(fixture.build(), "reports/quickstart/report.html"));
    assertThat(files.html()).exists();
  }
}
