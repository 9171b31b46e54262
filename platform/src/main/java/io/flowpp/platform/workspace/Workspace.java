package io.flowpp.platform.workspace;

import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A directory of finished stage outputs, shared by any number of processes. Safe for concurrent
 * use.
 *
 * <pre>{@code
 * Path output = workspace.find(key).orElse(null);
 * if (output == null) {
 *   try (StageLock lock = workspace.lock(key, progress::note)) {
 *     output = workspace.find(key).orElseGet(() -> {
 *       Path prepared = workspace.prepare(key);
 *       ... // write into it
 *       return workspace.publish(key, prepared);
 *     });
 *   }
 * }
 * }</pre>
 *
 * <p>Layout: {@code stages/STAGE/DIGEST} finished outputs, each with its {@link StageRecord};
 * {@code scratch/STAGE/DIGEST} working directories that outlive crashes; {@code tmp} directories
 * that do not; {@code locks}; and the rooms of others: {@code journals logs runs mlflow cache}.
 */
public final class Workspace {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  private final Path root;
  private final Clock clock;
  private final TemporaryDirectories temporary;

  private Workspace(Path root, Clock clock) {
    this.root = root;
    this.clock = clock;
    this.temporary = new TemporaryDirectories(root.resolve("tmp"));
  }

  /**
   * Opens the workspace at {@code root}; nothing is created before something is written. What dead
   * processes left half-prepared is removed.
   */
  public static Workspace at(Path root) {
    return at(root, Clock.systemUTC());
  }

  /**
   * @param clock tells when outputs were finished and locks taken
   */
  public static Workspace at(Path root, Clock clock) {
    Workspace workspace = new Workspace(root.toAbsolutePath().normalize(), clock);
    workspace.temporary.removeOrphans();
    return workspace;
  }

  public Path root() {
    return root;
  }

  /**
   * Creates the workspace and writes to it, so that an unusable one is told before hours of work.
   */
  public void requireWritable() {
    try {
      Path probe = temporary.create("probe");
      Trees.replace(probe.resolve("probe"), new byte[4096]);
      Trees.delete(probe);
    } catch (NoSuchFileException nowhere) {
      throw StorageFault.unwritable(nowhere, root);
    } catch (IOException fault) {
      throw StorageFault.of(fault, root);
    }
  }

  /** The directory of a stage's finished output. */
  public Optional<Path> find(StageKey key) {
    Path output = output(key);
    return isFinished(output) ? Optional.of(output) : Optional.empty();
  }

  /** Whether there is a finished output of the stage, or work on it that can go on. */
  public boolean holds(StageKey key) {
    return Files.exists(output(key)) || Files.exists(working(key));
  }

  /**
   * Compares a finished output with its {@link StageRecord}, file by file.
   *
   * @throws UserFault where a file is not the one that was published
   */
  public void requireIntact(StageKey key) {
    Path output = output(key);
    try {
      Optional<Path> damaged = StageRecord.read(output).damaged(output);
      if (damaged.isPresent()) {
        throw StorageFault.damaged(damaged.get(), output);
      }
    } catch (IOException unreadable) {
      throw StorageFault.damaged(output.resolve(StageRecord.FILE), output);
    }
  }

  /** The keys of a stage that have a finished output, in the order of their digests. */
  public List<StageKey> published(String stage) {
    try (Stream<Path> entries = Files.list(root.resolve("stages").resolve(stage))) {
      return entries
          .filter(Workspace::isFinished)
          .map(path -> path.getFileName().toString())
          .filter(name -> DIGEST.matcher(name).matches())
          .sorted()
          .map(digest -> new StageKey(stage, digest))
          .toList();
    } catch (NoSuchFileException none) {
      return List.of();
    } catch (IOException fault) {
      throw StorageFault.of(fault, root);
    }
  }

  /**
   * Waits until nobody else works on the stage; {@code onWait} hears who does, once for each
   * holder.
   */
  public StageLock lock(StageKey key, Consumer<String> onWait) {
    return StageLock.acquire(key, directory("locks"), clock, onWait);
  }

  /**
   * A working directory that outlives crashes, for checkpoints. Held by whoever holds the stage's
   * lock.
   */
  public Path scratch(StageKey key) {
    return directory("scratch/" + key.stage() + "/" + key.digest());
  }

  /**
   * A fresh, empty directory to prepare an output in; it is removed if this process dies before it
   * publishes.
   */
  public Path prepare(StageKey key) {
    try {
      return temporary.create(key.stage() + "-" + key.shortDigest());
    } catch (IOException fault) {
      throw StorageFault.of(fault, root);
    }
  }

  /**
   * Moves a prepared directory into place, whole or not at all, with its {@link StageRecord}. Where
   * an output is there already, that one stays.
   *
   * @param prepared a directory inside this workspace
   * @return the output's directory
   * @throws UserFault where the disk refuses; the prepared directory is then removed
   */
  public Path publish(StageKey key, Path prepared) {
    if (!prepared.toAbsolutePath().normalize().startsWith(root)) {
      throw new IllegalArgumentException(prepared + " lies outside the workspace " + root);
    }
    Path output = output(key);
    try {
      if (!isFinished(output)) {
        StageRecord.of(key, prepared, clock.instant()).write(prepared);
        Trees.sync(prepared);
        Path stage = directory("stages/" + key.stage());
        moveIntoPlace(prepared, output);
        Trees.syncDirectory(stage);
      }
      Trees.delete(prepared);
      return output;
    } catch (IOException fault) {
      UserFault told = StorageFault.of(fault, output);
      abandon(prepared, told);
      throw told;
    }
  }

  /** Removes a prepared directory that will not be published. */
  public void abandon(Path prepared) {
    try {
      Trees.delete(prepared);
    } catch (IOException fault) {
      throw StorageFault.of(fault, prepared);
    }
  }

  /**
   * Forgets the finished output and the working directory of a stage, to run it afresh. The caller
   * holds the stage's lock.
   */
  public void discard(StageKey key) {
    try {
      remove(output(key));
      remove(working(key));
    } catch (IOException fault) {
      throw StorageFault.of(fault, output(key));
    }
  }

  /** Removes what another room keeps here, whole or, after a crash, not at all. */
  public void delete(Path tree) {
    if (!tree.toAbsolutePath().normalize().startsWith(root)) {
      throw new IllegalArgumentException(tree + " lies outside the workspace " + root);
    }
    try {
      remove(tree);
    } catch (IOException fault) {
      throw StorageFault.of(fault, tree);
    }
  }

  public Path journals() {
    return directory("journals");
  }

  public Path logs() {
    return directory("logs");
  }

  public Path runs() {
    return directory("runs");
  }

  public Path mlflow() {
    return directory("mlflow");
  }

  /** For what may be deleted at any time. */
  public Path cache() {
    return directory("cache");
  }

  private Path output(StageKey key) {
    return root.resolve("stages").resolve(key.stage()).resolve(key.digest());
  }

  private Path working(StageKey key) {
    return root.resolve("scratch").resolve(key.stage()).resolve(key.digest());
  }

  private static boolean isFinished(Path output) {
    return Files.isRegularFile(output.resolve(StageRecord.FILE));
  }

  private void moveIntoPlace(Path prepared, Path output) throws IOException {
    try {
      Files.move(prepared, output, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException occupied) {
      if (isFinished(output)) {
        return; // another process was faster: equal keys mean equal outputs
      }
      if (!Files.exists(output)) {
        throw occupied;
      }
      remove(output); // a person took its label away: no output any more
      Files.move(prepared, output, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /**
   * Takes a tree away by one rename before deleting it, so that a crash half-way leaves nothing
   * half-deleted.
   */
  private void remove(Path tree) throws IOException {
    if (Files.exists(tree)) {
      Path away = temporary.vacant("discarded");
      Files.move(tree, away, StandardCopyOption.ATOMIC_MOVE);
      Trees.delete(away);
    }
  }

  private void abandon(Path prepared, UserFault because) {
    try {
      Trees.delete(prepared);
    } catch (IOException fault) {
      because.addSuppressed(fault);
    }
  }

  private Path directory(String name) {
    Path directory = root.resolve(name);
    try {
      return Files.createDirectories(directory);
    } catch (IOException fault) {
      throw StorageFault.of(fault, directory);
    }
  }
}
