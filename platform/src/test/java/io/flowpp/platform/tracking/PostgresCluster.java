package io.flowpp.platform.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A PostgreSQL of the machine's packages with one database that wants a password, in a folder of
 * its own. It refuses to run as root: then the account {@code postgres} of the package runs it.
 */
public final class PostgresCluster implements AutoCloseable {
  /** Also the name of the database. */
  public static final String USER = "mlflow";

  private final List<String> as;
  private final Path programs;
  private final String folder;
  private final int port;
  private final String password;

  private PostgresCluster(String password, int port) throws Exception {
    this.as =
        "root".equals(System.getProperty("user.name"))
            ? List.of("runuser", "-u", "postgres", "--")
            : List.of();
    this.programs = programs();
    this.port = port;
    this.password = password;
    this.folder = run("mktemp", "-d", "/tmp/flowpp-postgres.XXXXXX").strip();
  }

  public static PostgresCluster start(String password) throws Exception {
    PostgresCluster cluster = new PostgresCluster(password, Ports.free(55432));
    cluster.give(password, "umask 077; cat > " + cluster.folder + "/password");
    cluster.program(
        "initdb",
        "--pgdata=" + cluster.folder + "/data",
        "--username=" + USER,
        "--pwfile=" + cluster.folder + "/password",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync");
    cluster.start();
    cluster.run("rm", cluster.folder + "/password");
    cluster.run(
        cluster.programs.resolve("createdb").toString(),
        "--host=127.0.0.1",
        "--port=" + cluster.port,
        "--username=" + USER,
        "mlflow");
    return cluster;
  }

  public int port() {
    return port;
  }

  public void start() throws Exception {
    program(
        "pg_ctl",
        "start",
        "--wait",
        "--pgdata=" + folder + "/data",
        "--log=" + folder + "/log",
        "--options=-p "
            + port
            + " -c listen_addresses=127.0.0.1 -c unix_socket_directories="
            + folder);
  }

  public void stop() throws Exception {
    program("pg_ctl", "stop", "--wait", "--mode=fast", "--pgdata=" + folder + "/data");
  }

  /** What a query prints. */
  public String query(String sql) throws Exception {
    return run(
        programs.resolve("psql").toString(),
        "--host=127.0.0.1",
        "--port=" + port,
        "--username=" + USER,
        "--tuples-only",
        "--no-align",
        "--command=" + sql,
        "mlflow");
  }

  /** The whole database as text. */
  String dump() throws Exception {
    return run(
        programs.resolve("pg_dump").toString(),
        "--host=127.0.0.1",
        "--port=" + port,
        "--username=" + USER,
        "mlflow");
  }

  @Override
  public void close() throws Exception {
    try {
      stop();
    } finally {
      run("rm", "-rf", folder);
    }
  }

  private String program(String name, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(programs.resolve(name).toString()));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  private void give(String input, String script) throws Exception {
    Process process = start("bash", "-c", script);
    process.getOutputStream().write(input.getBytes(UTF_8));
    process.getOutputStream().close();
    if (process.waitFor() != 0) {
      throw new IOException(script);
    }
  }

  private String run(String... command) throws Exception {
    Path says = Files.createTempFile("postgres", ".txt");
    try { // not through a pipe: the server that pg_ctl starts would keep it open
      List<String> all = new ArrayList<>(as);
      all.addAll(List.of(command));
      ProcessBuilder builder =
          new ProcessBuilder(all)
              .directory(Path.of("/").toFile())
              .redirectErrorStream(true)
              .redirectOutput(says.toFile());
      builder.environment().put("PGPASSWORD", password); // arguments are seen by everybody
      Process process = builder.start();
      process.getOutputStream().close();
      int code = process.waitFor();
      String said = Files.readString(says);
      if (code != 0) {
        throw new IOException(command[0] + " ended with " + code + ": " + said);
      }
      return said;
    } finally {
      Files.delete(says);
    }
  }

  private Process start(String... command) throws IOException {
    List<String> all = new ArrayList<>(as);
    all.addAll(List.of(command));
    return new ProcessBuilder(all).directory(Path.of("/").toFile()).start();
  }

  private static Path programs() throws IOException {
    List<Path> places = new ArrayList<>();
    Path debian = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(debian)) {
      try (Stream<Path> versions = Files.list(debian)) {
        versions.map(version -> version.resolve("bin")).forEach(places::add);
      }
    }
    for (String place : System.getenv("PATH").split(":")) {
      places.add(Path.of(place));
    }
    return places.stream()
        .filter(place -> Files.isExecutable(place.resolve("initdb")))
        .filter(place -> Files.isExecutable(place.resolve("createdb")))
        .max(Comparator.comparing(Path::toString))
        .orElseThrow(
            () ->
                new AssertionError(
                    "no PostgreSQL here; install it (Debian, Ubuntu: apt install postgresql)"));
  }
}
