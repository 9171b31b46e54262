package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * More seeds and values in the text of a sweep's file, everything else left as it was written: the
 * file stays what the sweep is made of.
 */
final class SweepAdditions {
  private final String file;
  private final List<String> lines;

  SweepAdditions(String file, String text) {
    this.file = file;
    this.lines = new ArrayList<>(List.of(text.split("\n", -1)));
  }

  /**
   * @param values to be added to the lists of these keys, {@code seeds} among them
   * @throws UserFault where a key has no list on one line
   */
  String with(Map<String, List<String>> values) {
    values.forEach(this::add);
    return String.join("\n", lines);
  }

  private void add(String key, List<String> values) {
    Pattern pattern =
        Pattern.compile(
            "(\\s*['\"]?"
                + Pattern.quote(key)
                + "['\"]?\\s*:[^#\\[]*\\[)([^\\[\\]#]*?)(\\s*\\].*)");
    for (int i = 0; i < lines.size(); i++) {
      Matcher list = pattern.matcher(lines.get(i));
      if (list.matches()) {
        String before = list.group(2).isBlank() ? "" : list.group(2) + ", ";
        lines.set(i, list.group(1) + before + String.join(", ", values) + list.group(3));
        return;
      }
    }
    throw new UserFault(
        ExitCode.USAGE,
        "nothing-to-add-to",
        "has no list of " + key + " on one line, like '" + key + ": [1, 2]'",
        file,
        "write the values into the file yourself, then: flowpp sweep resume "
            + file
            + " --accept-changes");
  }
}
