package io.breakwater.simulation;

/** Runs. */
final class Main {
  private Main() {}

  public static void main(String[] args) {
    Size size = args[0].startsWith("small") ? Size.TENTH : Size.FULL;
    double calm = Double.parseDouble(args[1]);
    double burst = Double.parseDouble(args[2]);
    double after = Double.parseDouble(args[3]);
    Crowd crowd = Crowd.telegram(size.divisor(), calm, burst);
    System.out.println(java.util.Arrays.toString(crowd.signUps()) + " " + java.util.Arrays.toString(crowd.messages()));
    Tier tier = new Tier(size, crowd);
    if (args[0].endsWith("faults")) {
      tier.at(calm + burst / 4, () -> tier.killNodes(size.nodes() / 10));
      tier.at(calm + burst / 2, () -> tier.silenceNodes(size.nodes() / 10));
      tier.at(calm + burst * 3 / 4, () -> tier.killGateways(size.gateways() / 10));
    }
    long begin = System.nanoTime();
    int[] n = {0};
    tier.runUntil(calm + burst + after, s -> System.out.printf("%d %.1fs %s%n", ++n[0], (System.nanoTime() - begin) / 1e9, s));
    for (int came = 0; came < tier.waits.size(); came += 5) {
      System.out.printf("came %d: %d wait p5 %.0f spread 5-95 %.0f 0-100 %.0f%n", came, tier.waits.get(came).size(), tier.waits.get(came).stream().mapToDouble(Float::doubleValue).min().orElse(0), tier.spreadMs(came, .05, .95), tier.spreadMs(came, 0, 1));
    }
    System.out.println("estimate error " + tier.estimateError());
  }
}
