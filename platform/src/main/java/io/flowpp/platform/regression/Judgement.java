package io.flowpp.platform.regression;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collection;
import java.util.Locale;

/** What a check, or all of them, come to. */
public enum Judgement {
  PASS,
  FAIL,
  /** It could not be decided, or is too good to be believed unseen. */
  INVESTIGATE,
  /** Nothing was compared, for a reason that is told. */
  SKIPPED;

  /** As scripts read it. */
  @JsonValue
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Of all together; where nothing was compared, somebody has to look. */
  static Judgement of(Collection<Judgement> all) {
    if (all.contains(FAIL)) {
      return FAIL;
    }
    return all.contains(INVESTIGATE) || !all.contains(PASS) ? INVESTIGATE : PASS;
  }
}
