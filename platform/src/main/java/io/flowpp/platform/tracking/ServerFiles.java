package io.flowpp.platform.tracking;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where the managed server keeps things: all of it in one folder of the workspace. */
record ServerFiles(Path directory) {

  /** Which server was started last. */
  Path record() {
    return directory.resolve("server.json");
  }

  /** Held while a server is started or stopped. */
  Path lock() {
    return directory.resolve("server.lock");
  }

  /** What the server says; {@code server.log.1} to {@code .3} are what it said before. */
  Path log() {
    return directory.resolve("server.log");
  }

  /** What is said before there is a log. */
  Path startLog() {
    return directory.resolve("start.log");
  }

  Path database() {
    return directory.resolve("mlflow.db");
  }

  String databaseAddress() {
    return "sqlite:///" + database();
  }

  Path artifacts() {
    return directory.resolve("artifacts");
  }

  /** Users and their rights, of a server with login. */
  Path users() {
    return directory.resolve("users.db");
  }

  /** The version of MLflow that wrote the database last. */
  Path storeVersion() {
    return directory.resolve("store-version");
  }

  /** Copies of the databases from before a migration. */
  Path copies() {
    return directory.resolve("copies");
  }

  /** Written whole or not at all. */
  static void write(Path file, byte[] content) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    // Not through a channel: the uploader's thread may be interrupted just now, and an unrecorded
    // server would never be found again.
    try (FileOutputStream out = new FileOutputStream(part.toFile())) {
      out.write(content);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
