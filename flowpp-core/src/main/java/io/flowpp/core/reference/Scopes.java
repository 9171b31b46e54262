package io.flowpp.core.reference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The scopes of a model's weights in the order in which they are used: objects of a class are
 * counted in that order, and a dequantizer, whose couplings read a context, comes first.
 */
record Scopes(List<Unit> units) {
  private static final Pattern SCOPE = Pattern.compile("([A-Za-z]+)(?:_(\\d+))?");

  /**
   * A norm, a pointwise map if there is one, and a coupling.
   *
   * @param norm scope of the norm
   * @param coupling scope of the coupling
   */
  record Unit(String norm, boolean pointwise, String coupling) {}

  static Scopes of(ReferenceFile file) {
    Networks networks = new Networks(file);
    List<String> couplings =
        new ArrayList<>(
            file.under("var/").stream()
                .map(n -> n.substring(0, n.indexOf('/')))
                .distinct()
                .filter(s -> SCOPE.matcher(s).matches() && s.contains("Coupling"))
                .toList());
    couplings.sort(
        Comparator.comparing((String s) -> !networks.readsContext(s))
            .thenComparing(Scopes::number));
    List<Unit> units = new ArrayList<>();
    for (int i = 0; i < couplings.size(); i++) {
      String suffix = i == 0 ? "" : "_" + i;
      units.add(
          new Unit("Norm" + suffix, file.has("var/Pointwise" + suffix + "/W0"), couplings.get(i)));
    }
    return new Scopes(List.copyOf(units));
  }

  private static int number(String scope) {
    Matcher m = SCOPE.matcher(scope);
    return m.matches() && m.group(2) != null ? Integer.parseInt(m.group(2)) : 0;
  }
}
