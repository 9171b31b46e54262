package io.flowpp.platform.tracking;

import io.flowpp.platform.config.Redaction;
import java.util.Map;
import java.util.TreeMap;

/** Events without secrets: whatever a user wrote into a parameter, a tag or a name. */
final class RedactedEvents {
  private final Redaction redaction;

  RedactedEvents(Redaction redaction) {
    this.redaction = redaction;
  }

  /** Numbers, digests and names of ours are left as they are. */
  Event of(Event event) {
    if (event instanceof Event.Started e) {
      return new Event.Started(
          e.run(),
          e.time(),
          redaction.apply(e.name()),
          e.parent(),
          values(e.params()),
          values(e.tags()));
    }
    if (event instanceof Event.Parameter e) {
      return new Event.Parameter(e.run(), e.time(), e.key(), redaction.apply(e.value()));
    }
    if (event instanceof Event.Tagged e) {
      return new Event.Tagged(e.run(), e.time(), e.key(), redaction.apply(e.value()));
    }
    if (event instanceof Event.DatasetUsed e) {
      return new Event.DatasetUsed(
          e.run(),
          e.time(),
          redaction.apply(e.name()),
          e.digest(),
          e.context(),
          redaction.apply(e.source()),
          e.profile());
    }
    if (event instanceof Event.Registered e) {
      return new Event.Registered(e.run(), e.time(), of(e.version()));
    }
    return event;
  }

  ModelVersion of(ModelVersion version) {
    return new ModelVersion(
        version.model(),
        version.folder(),
        redaction.apply(version.description()),
        values(version.tags()));
  }

  private Map<String, String> values(Map<String, String> map) {
    Map<String, String> clean = new TreeMap<>();
    map.forEach((key, value) -> clean.put(key, redaction.apply(value)));
    return clean;
  }
}
