package io.breakwater.simulation;

import io.breakwater.common.priority.Priority;
import io.breakwater.delivery.credit.CreditFigures;
import io.breakwater.delivery.credit.Turns;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Gateways, delivery nodes and Cassandra, in steps of a millisecond. Each gateway has a trunk to
 * each node. People come to gateways at random; a message has a home at random. Deterministic: nodes
 * and gateways share nothing within a step, so that these are taken in parallel, and what they say
 * is carried in their order.
 */
final class Tier {
  private static final long WALL_MS = 1_700_000_000_000L;

  /** A dead node: until its homes are elsewhere. */
  private static final int REPLACED_MS = 3_000;

  /** A silent one: until gateways cut their trunks (pings), and until its homes are elsewhere. */
  private static final int CUT_MS = 15_000;

  private static final int SILENT_REPLACED_MS = 8_000;

  /** Whose gateway dies comes back within so long. */
  private static final int RETURN_MS = 15_000;

  final List<Second> seconds = new ArrayList<>();

  /** Served in each tenth of a second. */
  final List<Integer> tenths = new ArrayList<>();

  /** Of each second in which people came: how long they waited for their turn, ms. */
  final List<List<Float>> waits = new ArrayList<>();

  /** Of who waited for two seconds or more: what it was told at first, by what it waited. */
  final List<Float> estimates = new ArrayList<>();

  private final Agenda agenda = new Agenda();
  private final Crowd crowd;
  private final Cassandra cassandra;
  private final List<Gateway> gateways = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Gateway> listening = new ArrayList<>();
  private final List<Node> homes = new ArrayList<>();
  private final SplittableRandom random;
  private long connections;
  private long firstCameMs;
  private int servedInTenth;
  private Second second = new Second();

  Tier(Size size, Crowd crowd) {
    this.crowd = crowd;
    random = new SplittableRandom(size.seed());
    cassandra = new Cassandra(agenda, size.machines(), size.cores(), random.split());
    for (int i = 0; i < size.gateways(); i++) {
      gateways.add(new Gateway(i, size.nodes(), WALL_MS, random.split()));
    }
    for (int i = 0; i < size.nodes(); i++) {
      nodes.add(new Node(i, size.gateways(), WALL_MS, random.nextInt(100)));
    }
    listening.addAll(gateways);
    homes.addAll(nodes);
  }

  /** Something happens then. */
  void at(double atS, Runnable what) {
    agenda.at(atS * 1_000, what);
  }

  void runUntil(double untilS) {
    runUntil(untilS, _ -> {});
  }

  /**
   * Time goes on.
   *
   * @param each told of each second
   */
  void runUntil(double untilS, Consumer<Second> each) {
    while (agenda.nowMs() < untilS * 1_000) {
      step();
      if (agenda.nowMs() % 1_000 == 0) {
        each.accept(seconds.getLast());
      }
    }
  }

  private void step() {
    agenda.step();
    long nowMs = agenda.nowMs();
    arrive(nowMs);
    if (nowMs % 20 == 0) {
      firstCameMs =
          listening.stream().mapToLong(Gateway::firstCameMs).min().orElse(Long.MAX_VALUE);
    }
    gateways.parallelStream().forEach(gateway -> gateway.tick(nowMs));
    gateways.forEach(gateway -> depart(gateway, nowMs));
    List<Node> due = nodes.stream().filter(node -> node.isDue(nowMs)).toList();
    due.parallelStream().forEach(node -> node.tick(nowMs));
    due.forEach(node -> carry(node, nowMs));
    due.forEach(node -> node.turns.look(nowMs));
    cassandra.step();
    if (nowMs % 100 == 0) {
      tenths.add(servedInTenth);
      servedInTenth = 0;
    }
    if (nowMs % 1_000 == 0) {
      end(nowMs);
    }
  }

  // ---- people

  private void arrive(long nowMs) {
    for (int i = poisson(crowd.messagesPerMs((double) nowMs)); i > 0; i--) {
      send(nowMs - random.nextDouble(), nowMs);
    }
    for (int i = poisson(crowd.signUpsPerMs((double) nowMs)); i > 0; i--) {
      second.came++;
      Gateway gateway = listening.get(random.nextInt(listening.size()));
      gateway.comes(new Newcomer(++connections, nowMs, gateway.arrivedNow(nowMs)), nowMs);
    }
  }

  private int poisson(double mean) {
    int count = 0;
    double left = Math.exp(-mean);
    for (double p = random.nextDouble(); p > left; p *= random.nextDouble()) {
      count++;
    }
    return count;
  }

  private void send(double atMs, long nowMs) {
    Gateway gateway = listening.get(random.nextInt(listening.size()));
    Node home = homes.get(random.nextInt(homes.size()));
    if (!gateway.isOpen(home.number)) {
      second.unreached++;
    } else if (gateway.send(home.number, atMs, nowMs)) {
      sent(gateway, home, atMs, atMs);
    }
  }

  private void sent(Gateway gateway, Node home, double cameMs, double atMs) {
    double arrivesMs = atMs + Costs.NETWORK_MS;
    agenda.at(arrivesMs, () -> sendArrived(gateway, home, cameMs, arrivesMs));
  }

  private void sendArrived(Gateway gateway, Node home, double cameMs, double atMs) {
    if (home.isSilent) {
      second.unreached++;
      return;
    }
    home.send(gateway.number, agenda.nowMs());
    double work = Costs.MESSAGE_WORK_MS * Costs.BLOCK_PART;
    cassandra.write(
        atMs,
        work,
        Costs.BLOCK_LATENCY_MS,
        doneMs -> {
          home.published(doneMs - atMs);
          second.delay(doneMs - cameMs + Costs.NETWORK_MS);
          // Rows are settled within a second or two; nobody waits for them.
          double laterMs = doneMs + random.nextInt(250, 2_000);
          double rest = Costs.MESSAGE_WORK_MS - work;
          agenda.at(laterMs, () -> cassandra.write(laterMs, rest, 0, _ -> {}));
        });
  }

  // ---- what gateways and nodes say

  private void depart(Gateway gateway, long nowMs) {
    if (gateway.departures.isEmpty()) {
      return;
    }
    List<Gateway.Departure> all = List.copyOf(gateway.departures);
    gateway.departures.clear();
    second.demands += all.size();
    for (Gateway.Departure each : all) {
      each.newcomer().ifPresent(newcomer -> turn(newcomer, nowMs));
    }
    agenda.at(nowMs + Costs.NETWORK_MS, () -> all.forEach(each -> arrives(gateway, each)));
  }

  private void turn(Newcomer newcomer, long nowMs) {
    second.ahead((double) Math.max(0, newcomer.cameMs - firstCameMs));
    int came = (int) (newcomer.cameMs / 1_000);
    while (waits.size() <= came) {
      waits.add(new ArrayList<>());
    }
    long waitedMs = nowMs - newcomer.cameMs;
    waits.get(came).add((float) waitedMs);
    if (waitedMs >= 2_000) {
      estimates.add((float) newcomer.estimateMs / waitedMs);
    }
  }

  private void arrives(Gateway gateway, Gateway.Departure departure) {
    Node node = nodes.get(departure.node());
    if (node.isSilent) {
      return;
    }
    long nowMs = agenda.nowMs();
    departure.newcomer().ifPresent(newcomer -> signUpArrived(gateway, node, newcomer, nowMs));
    node.hears(gateway.number, departure.demand(), nowMs);
  }

  private void signUpArrived(Gateway gateway, Node node, Newcomer newcomer, long atMs) {
    node.signUp(
        gateway.number,
        new Turns.Entrant() {
          @Override
          public void enter(long nowMs) {
            node.turnCame((double) (nowMs - atMs));
            cassandra.write(
                (double) nowMs,
                Costs.ACCOUNT_WORK_MS,
                Costs.ACCOUNT_LATENCY_MS,
                madeMs ->
                    cassandra.write(
                        madeMs,
                        Costs.CONDITIONAL_WORK_MS,
                        Costs.CONDITIONAL_LATENCY_MS,
                        _ -> signedUp(gateway, node, newcomer)));
          }

          @Override
          public void turnAway() {
            second.refused++;
            node.signUpDone();
            answer(node, () -> sentBack(gateway, newcomer));
          }
        },
        atMs);
  }

  private void signedUp(Gateway gateway, Node node, Newcomer newcomer) {
    node.turns.leave(agenda.nowMs());
    node.signUpDone();
    answer(
        node,
        () -> {
          // Of one that was given to another node meanwhile, the first answer counts.
          if (gateway.underWay.contains(newcomer)) {
            second.served++;
            servedInTenth++;
            gateway.answered(newcomer);
          }
        });
  }

  private void answer(Node node, Runnable what) {
    if (!node.isSilent) {
      agenda.at(agenda.nowMs() + Costs.NETWORK_MS, what);
    }
  }

  private void sentBack(Gateway gateway, Newcomer newcomer) {
    if (!gateway.isDead && !gateway.sentBack(newcomer, agenda.nowMs())) {
      comesBack(newcomer);
    }
  }

  private void comesBack(Newcomer newcomer) {
    newcomer.sentBack = 0;
    agenda.at(
        (double) (agenda.nowMs() + 1 + random.nextInt(RETURN_MS)),
        () -> listening.get(random.nextInt(listening.size())).comes(newcomer, agenda.nowMs()));
  }

  private void carry(Node node, long nowMs) {
    if (node.told.isEmpty()) {
      return;
    }
    List<Node.Told> all = List.copyOf(node.told);
    node.told.clear();
    second.grants += all.size();
    agenda.at(nowMs + Costs.NETWORK_MS, () -> all.forEach(each -> heard(node, each)));
  }

  private void heard(Node node, Node.Told told) {
    long nowMs = agenda.nowMs();
    Gateway gateway = gateways.get(told.gateway());
    for (double cameMs : gateway.heard(node.number, told.credits(), nowMs)) {
      sent(gateway, node, cameMs, (double) nowMs);
    }
  }

  // ---- faults

  /** So many nodes are killed: their trunks break at once. */
  void killNodes(int count) {
    for (Node node : lose(count, REPLACED_MS)) {
      gateways.forEach(gateway -> gateway.lost(node.number, agenda.nowMs()));
    }
  }

  /** So many nodes do nothing any more; their connections stand until pings find out. */
  void silenceNodes(int count) {
    List<Node> silent = lose(count, SILENT_REPLACED_MS);
    agenda.at(
        (double) (agenda.nowMs() + CUT_MS),
        () -> {
          for (Node node : silent) {
            gateways.forEach(gateway -> gateway.lost(node.number, agenda.nowMs()));
          }
        });
  }

  private List<Node> lose(int count, int replacedMs) {
    List<Node> lost = nodes.stream().filter(node -> !node.isSilent).limit(count).toList();
    lost.forEach(node -> node.isSilent = true);
    agenda.at((double) (agenda.nowMs() + replacedMs), () -> homes.removeAll(lost));
    return lost;
  }

  /** So many gateways are killed: who waited there comes back elsewhere, with a ticket. */
  void killGateways(int count) {
    List<Gateway> dead = List.copyOf(listening.subList(0, count));
    listening.removeAll(dead);
    for (Gateway gateway : dead) {
      gateway.die().forEach(this::comesBack);
      agenda.at(
          agenda.nowMs() + Costs.NETWORK_MS,
          () -> nodes.forEach(node -> node.closed(gateway.number)));
    }
  }

  // ---- figures

  private void end(long nowMs) {
    second.line = gateways.stream().mapToInt(gateway -> gateway.line.size()).sum();
    for (Gateway gateway : gateways) {
      second.shed += gateway.shed;
      gateway.shed = 0;
    }
    second.load = cassandra.worked() / 1_000 / cassandra.machines();
    List<CreditFigures> figures =
        nodes.stream().filter(node -> !node.isSilent).map(node -> node.figures(nowMs)).toList();
    second.poolMean = mean(figures, 1);
    second.poolDeviation =
        Math.sqrt(Math.max(0, mean(figures, 2) - second.poolMean * second.poolMean));
    second.targetMs =
        figures.stream().mapToDouble(CreditFigures::sendTargetMs).average().orElse(0);
    second.saturated = (int) figures.stream().filter(CreditFigures::isSaturated).count();
    second.heldBack = figures.stream().mapToInt(each -> each.of(Priority.SEND.number).wanted()).sum();
    second.end();
    seconds.add(second);
    second = new Second();
  }

  private static double mean(List<CreditFigures> figures, int power) {
    return figures.stream()
        .mapToDouble(each -> Math.pow(each.of(Priority.SIGN_UP.number).pool(), power))
        .average()
        .orElse(0);
  }

  /** Spread of the waits of those who came in the same second, ms: that between two quantiles. */
  double spreadMs(int came, double low, double high) {
    double[] sorted = waits.get(came).stream().mapToDouble(Float::doubleValue).sorted().toArray();
    return Second.quantile(sorted, high) - Second.quantile(sorted, low);
  }

  /** How far the first estimate was off for half of all who waited, 0..1. */
  double estimateError() {
    double[] errors =
        IntStream.range(0, estimates.size())
            .mapToDouble(i -> Math.abs(estimates.get(i) - 1))
            .sorted()
            .toArray();
    return Second.quantile(errors, 0.5);
  }
}
