package io.flowpp.platform.regression;

import java.util.ArrayList;
import java.util.List;

/**
 * What training costs, one value a process that measured it.
 *
 * @param products matrix products that a step costs as much as
 * @param peakBytes the most that the process held; fewer values where the system does not tell
 */
public record Costs(List<Double> products, List<Double> peakBytes) {
  static final Costs NONE = new Costs(List.of(), List.of());

  public Costs {
    products = List.copyOf(products);
    peakBytes = List.copyOf(peakBytes);
  }

  Costs and(Costs more) {
    List<Double> allProducts = new ArrayList<>(products);
    allProducts.addAll(more.products);
    List<Double> allBytes = new ArrayList<>(peakBytes);
    allBytes.addAll(more.peakBytes);
    return new Costs(allProducts, allBytes);
  }
}
