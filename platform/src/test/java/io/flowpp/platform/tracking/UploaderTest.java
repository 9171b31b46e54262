package io.flowpp.platform.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class UploaderTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  @TempDir Path directory;

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // waits heed no interrupt
  void aFaultOfItsOwnIsToldAndNobodyWaitsForIt() throws IOException {
    for (Throwable fault :
        new Throwable[] {new IllegalStateException("x"), new LinkageError("x")}) {
      try (Journal journal = Journal.open(directory);
          Uploader uploader =
              Uploader.start(
                  journal,
                  directory,
                  new Broken(fault),
                  "e",
                  uri -> {
                    throw new AssertionError();
                  },
                  new Breaker(new Backoff(RandomGenerator.getDefault())))) {
        journal.append(new Event.Started("r", 1, "run", null, Map.of(), Map.of()));
        uploader.await(journal.end(), LONG, LONG);
        assertThat(uploader.trouble()).hasValueSatisfying(t -> assertThat(t).contains("failed"));
      }
    }
  }

  private record Broken(Throwable fault) implements Destination {
    @Override
    public String identity() {
      return "broken";
    }

    @Override
    public Optional<URI> uri() {
      return Optional.empty();
    }

    @Override
    public URI connect() {
      if (fault instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) fault;
    }

    @Override
    public ServerAccess access() {
      return ServerAccess.of(Credentials.none());
    }
  }
}
