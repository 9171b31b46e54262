package io.flowpp.platform.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The databases of the managed server across versions of MLflow: before another version touches
 * them a copy is kept; a migration that fails, or is killed, is undone from it.
 */
final class ServerStore {
  private static final Logger LOG = LoggerFactory.getLogger(ServerStore.class);
  // Through SQLite's own copying: what stands in its write-ahead log belongs to the database.
  private static final String COPY =
      "import sqlite3, sys\n"
          + "to = sqlite3.connect(sys.argv[2])\n"
          + "sqlite3.connect(sys.argv[1]).backup(to)\n"
          + "to.close()\n";

  private final ServerFiles files;
  private final PythonEnvironment python;

  ServerStore(ServerFiles files, PythonEnvironment python) {
    this.files = files;
    this.python = python;
  }

  /** Makes the databases fit for {@code version}; to be called while no server runs. */
  void prepareFor(String version) throws IOException {
    undoHalfDone();
    if (Files.exists(files.database())) {
      String before = writtenBy().orElse("0");
      if (before.equals(version)) {
        return;
      }
      if (Versions.isOlder(version, before)) {
        throw new UserFault(
            ExitCode.UNREACHABLE,
            "mlflow-downgrade",
            "MLflow " + before + " wrote this database, and " + version + " cannot read it",
            files.database().toString(),
            "use the newer flowpp that made it, or put back a copy from "
                + files.copies()
                + " (and write the version in its name to "
                + files.storeVersion()
                + ")");
      }
      migrate(before, version);
    }
    ServerFiles.write(files.storeVersion(), version.getBytes(UTF_8));
  }

  private void migrate(String before, String version) throws IOException {
    Files.createDirectories(files.copies());
    String name = (before.equals("0") ? "unknown" : before) + "-before-" + version + ".db";
    Path copy = fresh(files.copies().resolve("mlflow-" + name));
    copy(files.database(), copy);
    if (Files.exists(files.users())) { // the server itself migrates them
      copy(files.users(), fresh(files.copies().resolve("users-" + name)));
    }
    LOG.info("the tracking database moves to MLflow {}; a copy is kept at {}", version, copy);
    ServerFiles.write(halfDone(), copy.toString().getBytes(UTF_8));
    try {
      python.run("-m", "mlflow", "db", "upgrade", files.databaseAddress());
    } catch (IOException e) {
      undoHalfDone();
      throw new UserFault(
          ExitCode.UNREACHABLE,
          "mlflow-migration",
          "the tracking database cannot be moved to MLflow " + version + ": " + e.getMessage(),
          files.database().toString(),
          "it is as it was before; the copy " + copy + " is kept",
          e);
    }
    Files.delete(halfDone());
  }

  private void undoHalfDone() throws IOException {
    if (!Files.exists(halfDone())) {
      return;
    }
    Path copy = Path.of(Files.readString(halfDone()));
    LOG.warn("a migration of {} was not finished; it is undone from {}", files.database(), copy);
    Path back = files.database().resolveSibling("mlflow.db.back");
    Files.copy(copy, back, StandardCopyOption.REPLACE_EXISTING);
    for (String log : new String[] {"-wal", "-shm", "-journal"}) {
      Files.deleteIfExists(files.database().resolveSibling("mlflow.db" + log));
    }
    Files.move(back, files.database(), StandardCopyOption.REPLACE_EXISTING);
    Files.delete(halfDone());
  }

  private Optional<String> writtenBy() throws IOException {
    return Files.exists(files.storeVersion())
        ? Optional.of(Files.readString(files.storeVersion()).strip())
        : Optional.empty();
  }

  /** Names the copy while a migration is under way. */
  private Path halfDone() {
    return files.directory().resolve("migrating");
  }

  private void copy(Path database, Path to) throws IOException {
    try {
      python.run("-c", COPY, database.toString(), to.toString());
    } catch (IOException e) {
      Files.deleteIfExists(to);
      throw new IOException(database + " cannot be copied before its migration: " + e.getMessage());
    }
  }

  private static Path fresh(Path wanted) {
    Path copy = wanted;
    for (int number = 2; Files.exists(copy); number++) {
      copy = wanted.resolveSibling(number + "-" + wanted.getFileName());
    }
    return copy;
  }
}
