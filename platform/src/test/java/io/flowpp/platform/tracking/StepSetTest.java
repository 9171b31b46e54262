package io.flowpp.platform.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class StepSetTest {
  @Property(tries = 200)
  void holdsWhatASetHolds(
      @ForAll List<@LongRange(min = -3000, max = 3000) Long> steps, @ForAll List<Long> far) {
    StepSet tested = new StepSet();
    Set<Long> model = new HashSet<>(steps);
    model.addAll(far);
    model.forEach(tested::add);
    for (long step = -3000; step <= 3000; step++) {
      assertThat(tested.contains(step)).isEqualTo(model.contains(step));
    }
    assertThat(far).allMatch(tested::contains);
  }
}
