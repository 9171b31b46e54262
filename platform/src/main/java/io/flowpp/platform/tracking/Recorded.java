package io.flowpp.platform.tracking;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a journal holds already, run by run, so that nothing is recorded twice. A training that was
 * killed repeats the steps after its last checkpoint; it is deterministic, so the first record of a
 * step is as good as the second, and it may be on the server already.
 */
final class Recorded {
  private final Map<String, Run> runs = new HashMap<>();

  /** What of an event is new; empty where nothing is. */
  Optional<Event> reduce(Event event) {
    Run run = runs.get(event.run());
    if (event instanceof Event.Started started) {
      return Optional.of(run == null ? started : run.reduce(started));
    }
    if (run == null) {
      throw new IllegalStateException(
          "an event of run '" + event.run() + "', which is not started: " + event);
    }
    if (event instanceof Event.Metrics moment && moment.step() == Event.Metrics.NEXT) {
      return Optional.of(moment.at(run.moments));
    }
    if (event instanceof Event.Metrics metrics) {
      Map<String, Double> fresh = new LinkedHashMap<>(metrics.values());
      fresh.keySet().removeIf(key -> run.has(key, metrics.step()));
      return fresh.isEmpty()
          ? Optional.empty()
          : Optional.of(new Event.Metrics(metrics.run(), metrics.time(), metrics.step(), fresh));
    }
    if (event instanceof Event.NotFinite odd) {
      Map<String, String> fresh = new LinkedHashMap<>(odd.values());
      fresh.keySet().removeIf(key -> run.has(key, odd.step()));
      return fresh.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Event.NotFinite(
                  odd.run(), odd.time(), odd.step(), run.notFinite + fresh.size(), fresh));
    }
    return run.knows(event) ? Optional.empty() : Optional.of(event);
  }

  Optional<String> artifact(String run, String sha256) {
    Run known = runs.get(run);
    return known == null
        ? Optional.empty()
        : known.artifacts.entrySet().stream()
            .filter(artifact -> artifact.getValue().equals(sha256))
            .map(Map.Entry::getKey)
            .findFirst();
  }

  /** Takes in an event that stands in the journal. */
  void note(Event event) {
    Run run = runs.computeIfAbsent(event.run(), any -> new Run());
    run.note(event);
  }

  private static final class Run {
    private final Map<String, StepSet> steps = new HashMap<>();
    private final Map<String, String> params = new HashMap<>();
    private final Map<String, String> tags = new HashMap<>();
    private final Map<String, String> artifacts = new HashMap<>();
    private final Set<String> images = new HashSet<>();
    private final Set<String> datasets = new HashSet<>();
    private final Set<String> models = new HashSet<>();
    private final Map<String, TableView> views = new HashMap<>();
    private long moments; // how often the machine was sampled for it
    private @Nullable RunStatus ended;
    private long notFinite;

    boolean has(String metric, long step) {
      StepSet seen = steps.get(metric);
      return seen != null && seen.contains(step);
    }

    Event.Started reduce(Event.Started started) {
      Map<String, String> newParams = new LinkedHashMap<>(started.params());
      newParams.keySet().removeAll(params.keySet());
      Map<String, String> newTags = new LinkedHashMap<>(started.tags());
      newTags.entrySet().removeAll(tags.entrySet());
      return new Event.Started(
          started.run(), started.time(), started.name(), started.parent(), newParams, newTags);
    }

    boolean knows(Event event) {
      if (event instanceof Event.Parameter param) {
        return params.containsKey(param.key());
      }
      if (event instanceof Event.Tagged tag) {
        return tag.value().equals(tags.get(tag.key()));
      }
      if (event instanceof Event.ArtifactSaved artifact) {
        return artifact.sha256().equals(artifacts.get(artifact.path()));
      }
      if (event instanceof Event.Pictured picture) {
        return images.contains(picture.file());
      }
      if (event instanceof Event.DatasetUsed dataset) {
        return datasets.contains(id(dataset));
      }
      if (event instanceof Event.Viewed viewed) {
        return viewed.view().equals(views.get(viewed.view().name()));
      }
      if (event instanceof Event.Registered registered) {
        return models.contains(registered.version().model());
      }
      if (event instanceof Event.Ended end) {
        return end.status() == ended;
      }
      return false;
    }

    void note(Event event) {
      if (event instanceof Event.Started started) {
        started.params().forEach(params::putIfAbsent);
        tags.putAll(started.tags());
        ended = null;
      } else if (event instanceof Event.Metrics metrics) {
        metrics.values().keySet().forEach(key -> mark(key, metrics.step()));
        if (metrics.values().keySet().stream().anyMatch(SystemMetrics::isOne)) {
          moments = Math.max(moments, metrics.step() + 1);
        }
      } else if (event instanceof Event.NotFinite odd) {
        odd.values().keySet().forEach(key -> mark(key, odd.step()));
        notFinite = odd.count();
      } else if (event instanceof Event.Parameter param) {
        params.putIfAbsent(param.key(), param.value());
      } else if (event instanceof Event.Tagged tag) {
        tags.put(tag.key(), tag.value());
      } else if (event instanceof Event.ArtifactSaved artifact) {
        artifacts.put(artifact.path(), artifact.sha256());
      } else if (event instanceof Event.Pictured picture) {
        images.add(picture.file());
      } else if (event instanceof Event.DatasetUsed dataset) {
        datasets.add(id(dataset));
      } else if (event instanceof Event.Viewed viewed) {
        views.put(viewed.view().name(), viewed.view());
      } else if (event instanceof Event.Registered registered) {
        models.add(registered.version().model());
      } else if (event instanceof Event.Ended end) {
        ended = end.status();
      }
    }

    private void mark(String metric, long step) {
      steps.computeIfAbsent(metric, any -> new StepSet()).add(step);
    }

    private static String id(Event.DatasetUsed dataset) {
      return dataset.name() + '\n' + dataset.digest() + '\n' + dataset.context();
    }
  }
}
