package io.flowpp.platform.doctor;

/** How many threads compute, and how many processors there are for them. */
final class ThreadsExamination implements Examination {
  private static final String NAME = "threads";
  private static final String VARIABLE = "OMP_NUM_THREADS";

  private final Surroundings surroundings;

  ThreadsExamination(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Finding look() {
    int processors = Runtime.getRuntime().availableProcessors();
    String omp = surroundings.variable(VARIABLE);
    if (omp.isEmpty()) {
      return Finding.good(NAME, processors + " processors, one thread each");
    }
    if (!omp.matches("[1-9]\\d{0,3}")) {
      return Finding.bad(
          NAME,
          VARIABLE + " is '" + omp + "'",
          "set it to a number of threads such as " + processors + ", or unset it");
    }
    String detail = omp + " threads (" + VARIABLE + ") on " + processors + " processors";
    return Integer.parseInt(omp) > processors
        ? Finding.hint(
            NAME, detail, "more threads than processors are slower: set it to " + processors)
        : Finding.good(NAME, detail);
  }
}
