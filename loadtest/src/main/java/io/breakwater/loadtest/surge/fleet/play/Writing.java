package io.breakwater.loadtest.surge.fleet.play;

import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.loadtest.surge.fleet.phone.Phone;
import io.breakwater.loadtest.surge.scenario.model.Conversations;
import io.breakwater.loadtest.surge.scenario.model.MessageShape;
import java.util.BitSet;
import java.util.SplittableRandom;

/** What a stream of messages does at each arrival: see the package. Confined to the loop. */
final class Writing implements Tide.Deed {
  /** So that draws here are not those that the same mark makes elsewhere. */
  private static final long SALT = 0x5ca1ab1e0ddba11L;

  private final Stage stage;
  private final int stream;
  private final Crowd writers;
  private final Crowd readers;
  private final MessageShape shape;
  private final Conversations conversations;
  private final long count;

  /** Conversations in which the one who was written to last is the first member. */
  private final BitSet isFirstAsked = new BitSet();

  /** Conversations in which anything was written. */
  private final BitSet isBegun = new BitSet();

  /**
   * @param writers a population with users
   */
  Writing(Stage stage, int stream, Crowd writers, Crowd readers, MessageShape shape) {
    this.stage = stage;
    this.stream = stream;
    this.writers = writers;
    this.readers = readers;
    this.shape = shape;
    this.conversations =
        new Conversations(
            writers.population().users(),
            readers.population().users(),
            writers == readers,
            shape.partners());
    this.count = Math.min(Integer.MAX_VALUE, conversations.count());
  }

  @Override
  public Outcome arrive(long number, long mark, long intended) {
    SplittableRandom random = new SplittableRandom(mark ^ SALT);
    int conversation = (int) shape.popularity().choose(random, count);
    boolean isReply = random.nextDouble() < shape.replies() && isBegun.get(conversation);
    int bytes = shape.payloadBytes(random);
    boolean isByFirst = !isReply || isFirstAsked.get(conversation);
    isBegun.set(conversation);
    isFirstAsked.set(conversation, !isByFirst);

    long first = conversations.writer(conversation);
    long second = conversations.reader(conversation);
    long writer = isByFirst ? first : second;
    if (!stage.owns(writer)) {
      return Outcome.ELSEWHERE;
    }
    Crowd from = isByFirst ? writers : readers;
    Phone phone = from.ownNumber(writer);
    if (from.online().has(phone)) {
      write(phone, isByFirst ? readers : writers, isByFirst ? second : first, bytes, intended);
      return Outcome.DONE;
    }
    return replace(random, bytes, intended);
  }

  private Outcome replace(SplittableRandom random, int bytes, long intended) {
    int online = writers.online().size();
    if (online == 0) {
      return Outcome.NOBODY;
    }
    Phone phone = writers.online().get(random.nextInt(online));
    write(phone, readers, conversations.reader(phone.who().user()), bytes, intended);
    return Outcome.REPLACED;
  }

  private void write(Phone phone, Crowd to, long user, int bytes, long intended) {
    phone.write(
        stream, new Who(to.index(), user, 0), stage.roster().id(to.index(), user), bytes, intended);
  }
}
