package io.flowpp.core.flow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flowpp.core.nn.Pass;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Flows one after the other: values compose, log-determinants add. */
public record FlowChain(List<Flow> flows) implements Flow {
  public FlowChain {
    flows = List.copyOf(flows);
  }

  @Override
  public String label() {
    return "chain of " + flows.size() + " flows";
  }

  /**
   * @throws io.flowpp.core.nn.NonFiniteException naming the first flow whose value or
   *     log-determinant is not finite, in a checked walk
   */
  @Override
  public Transformed forward(NDList x, Condition condition, Pass pass) {
    NDList value = x;
    NDArray logDet = null;
    for (Flow flow : flows) {
      Transformed t =
          pass.part(value, (in, p) -> flow.forward(in, condition, p), Transformed::arrays);
      value = finite(flow.label(), t.value(), pass);
      if (t.logDet() != null) {
        pass.finite(flow.label() + ", log-determinant", t.logDet());
      }
      logDet = plus(logDet, t.logDet());
    }
    return new Transformed(value, logDet);
  }

  /** Each flow's memory is given back as soon as the way back has passed it. */
  @Override
  public Traced trace(NDList x, Condition condition, Pass pass) {
    List<Link> links = new ArrayList<>();
    NDList value = x;
    NDArray logDet = null;
    for (Flow flow : flows) {
      NDManager own = pass.manager().newSubManager();
      Traced traced = flow.trace(Pass.aliases(value, own), condition, pass.owning(own));
      links.add(new Link(own, traced.pullback()));
      value = traced.result().value();
      NDArray part = traced.result().logDet();
      if (part != null) {
        part.attach(pass.manager());
      }
      logDet = plus(logDet, part);
    }
    Transformed result = new Transformed(Pass.aliases(value, pass.manager()), logDet);
    return new Traced(result, (d, l) -> back(links, d, l, pass.manager()));
  }

  private record Link(NDManager own, Pullback pullback) {}

  private static Pulled back(List<Link> links, NDList d, NDArray logDet, NDManager owner) {
    NDList upstream = d;
    NDArray context = null;
    for (int i = links.size() - 1; i >= 0; i--) {
      Link link = links.get(i);
      Pulled pulled = link.pullback().pull(Pass.aliases(upstream, link.own()), logDet);
      upstream = Pass.aliases(pulled.d(), owner);
      if (pulled.context() != null) {
        pulled.context().attach(owner);
      }
      context = plus(context, pulled.context());
      link.own().close();
    }
    return new Pulled(upstream, context);
  }

  @Override
  public NDList inverse(NDList y, Condition condition, Pass pass) {
    NDList value = y;
    for (int i = flows.size() - 1; i >= 0; i--) {
      Flow flow = flows.get(i);
      NDList x = pass.part(value, (in, p) -> flow.inverse(in, condition, p), List::copyOf);
      value = finite("inverse of " + flow.label(), x, pass);
    }
    return value;
  }

  private static NDList finite(String where, NDList values, Pass pass) {
    values.forEach(value -> pass.finite(where, value));
    return values;
  }

  private static @Nullable NDArray plus(@Nullable NDArray a, @Nullable NDArray b) {
    if (a == null) {
      return b;
    }
    return b == null ? a : a.add(b);
  }
}
