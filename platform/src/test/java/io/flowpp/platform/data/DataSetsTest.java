package io.flowpp.platform.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Guice;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.workspace.WorkspaceModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {
  @TempDir Path raw;
  @TempDir Path workspace;
  private IdxSource source;
  private DataSets sets;

  @BeforeEach
  void open() {
    source = new IdxSource(RawFiles.idx(raw, 40, 7));
    sets =
        Guice.createInjector(new WorkspaceModule(workspace), new DataModule())
            .getInstance(DataSets.class);
  }

  @Test
  void aPreparedSetIsListedAndInspectedByTheBeginningOfItsDigest() {
    DataSet set = sets.prepare(source, 8, null, message -> {});
    assertThat(set.splits())
        .isEqualTo(
            Map.of(
                "train",
                new DataSet.Split(36, 5, 3, 1),
                "validation",
                new DataSet.Split(4, 5, 3, 1),
                "test",
                new DataSet.Split(7, 5, 3, 1)));
    assertThat(sets.list(message -> {})).containsExactly(set);
    assertThat(sets.inspect(set.digest().substring(0, 8))).isEqualTo(set);
    assertThatThrownBy(() -> sets.inspect("zzz"))
        .isInstanceOf(UserFault.class)
        .hasMessage("no prepared data set has this digest");
  }

  @Test
  void theSecondTimeNothingIsPrepared() throws IOException {
    DataSet first = sets.prepare(source, 8, null, message -> {});
    Path shard = first.directory().resolve("train-00000.shard");
    FileTime written = Files.getLastModifiedTime(shard);
    assertThat(sets.prepare(source, 8, null, message -> {})).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(shard)).isEqualTo(written);
    assertThat(sets.prepare(source, 5, null, message -> {}).digest()).isNotEqualTo(first.digest());
    assertThat(sets.prepare(source, 8, 9, message -> {}).digest()).isNotEqualTo(first.digest());
    assertThat(sets.list(message -> {})).hasSize(3);
  }

  @Test
  void ofTwoThatPrepareAtOnceOneWaits() {
    CompletableFuture<DataSet> other =
        CompletableFuture.supplyAsync(() -> sets.prepare(source, 8, null, message -> {}));
    DataSet mine = sets.prepare(source, 8, null, message -> {});
    assertThat(other.join()).isEqualTo(mine);
    assertThat(sets.list(message -> {})).hasSize(1);
  }

  @Test
  void aFailureLeavesNothingBehind() throws IOException {
    byte[] whole = Files.readAllBytes(raw.resolve("train-images-idx3-ubyte.gz"));
    RawFiles.write(
        raw.resolve("train-images-idx3-ubyte.gz"), Arrays.copyOf(whole, whole.length - 3));
    assertThatThrownBy(() -> sets.prepare(source, 8, null, message -> {}))
        .isInstanceOf(UserFault.class);
    assertThat(sets.list(message -> {})).isEmpty();
    try (Stream<Path> files = Files.walk(workspace)) {
      assertThat(files.filter(Files::isRegularFile).map(path -> path.getFileName().toString()))
          .allMatch(name -> name.endsWith(".lock"));
    }
  }

  @Test
  void aDamagedSetDoesNotHideTheOthers() throws IOException {
    DataSet whole = sets.prepare(source, 8, null, message -> {});
    DataSet damaged = sets.prepare(source, 5, null, message -> {});
    Files.writeString(damaged.directory().resolve("manifest.json"), "{}");
    List<String> told = new ArrayList<>();
    assertThat(sets.list(told::add)).containsExactly(whole);
    assertThat(told).singleElement().asString().contains("manifest.json: is no manifest");
  }
}
