package io.breakwater.loadtest.chaos.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.breakwater.client.core.MessageId;
import io.breakwater.loadtest.chaos.payload.Content;
import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.payload.Device;
import java.util.List;

/**
 * One thing that happened in a campaign. Facts are recorded by one process: whatever an application
 * does is recorded before it is done, and whatever it hears, before anything is done about it. So a
 * fact with a lower number did not depend on one with a higher number.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "fact")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Fact.CampaignBegan.class, name = "campaign-began"),
  @JsonSubTypes.Type(value = Fact.DeviceLinked.class, name = "device-linked"),
  @JsonSubTypes.Type(value = Fact.SignOutAsked.class, name = "sign-out-asked"),
  @JsonSubTypes.Type(value = Fact.SignedOut.class, name = "signed-out"),
  @JsonSubTypes.Type(value = Fact.ApplicationStarted.class, name = "application-started"),
  @JsonSubTypes.Type(value = Fact.ApplicationStopped.class, name = "application-stopped"),
  @JsonSubTypes.Type(value = Fact.SendInvoked.class, name = "send-invoked"),
  @JsonSubTypes.Type(value = Fact.SendAccepted.class, name = "send-accepted"),
  @JsonSubTypes.Type(value = Fact.SendRefused.class, name = "send-refused"),
  @JsonSubTypes.Type(value = Fact.SendUnknown.class, name = "send-unknown"),
  @JsonSubTypes.Type(value = Fact.Delivered.class, name = "delivered"),
  @JsonSubTypes.Type(value = Fact.Repeated.class, name = "repeated"),
  @JsonSubTypes.Type(value = Fact.ToldTooLong.class, name = "told-too-long"),
  @JsonSubTypes.Type(value = Fact.FaultBegun.class, name = "fault-begun"),
  @JsonSubTypes.Type(value = Fact.FaultEnded.class, name = "fault-ended"),
  @JsonSubTypes.Type(value = Fact.Healed.class, name = "healed"),
  @JsonSubTypes.Type(value = Fact.Counted.class, name = "counted"),
  @JsonSubTypes.Type(value = Fact.Stored.class, name = "stored"),
  @JsonSubTypes.Type(value = Fact.StorageRead.class, name = "storage-read"),
  @JsonSubTypes.Type(value = Fact.CampaignEnded.class, name = "campaign-ended"),
})
public sealed interface Fact {
  /** Increases from fact to fact, from 1 on; not always by 1. */
  long number();

  /** When it was recorded: milliseconds of a clock of the recorder that never goes back. */
  long atMs();

  /** How the process of an application ended. */
  enum Ending {
    /** Its client was closed: what it had been handed, its store knows. */
    CLOSED,
    /** At any moment: what it was handed last, it may be handed again when it starts next. */
    KILLED
  }

  /** Whether a fault did anything to its target, as far as the one who caused it can see. */
  enum Effect {
    /** A process ended, packets were dropped, a clock jumped. */
    SEEN,
    /** Nothing to be seen. */
    NONE
  }

  /**
   * The first fact.
   *
   * @param seed that of the payloads and of the plan
   */
  record CampaignBegan(long number, long atMs, long seed) implements Fact {}

  /**
   * A device belongs to its user from now on: it signed up, or the answer to a link request came.
   *
   * @param since its mailbox begins after this entry, unsigned; 0: with the first
   */
  record DeviceLinked(long number, long atMs, Device device, long since) implements Fact {}

  /** Somebody is about to ask that this device is signed out. */
  record SignOutAsked(long number, long atMs, Device device) implements Fact {}

  /** The answer: this device is signed out. */
  record SignedOut(long number, long atMs, Device device) implements Fact {}

  /**
   * The application of a device is about to start.
   *
   * @param run counts up from 1 per device
   * @param cursor the last entry that its store has, unsigned
   */
  record ApplicationStarted(long number, long atMs, Device device, int run, long cursor)
      implements Fact {}

  /** The application of a device has ended: it does and hears nothing any more. */
  record ApplicationStopped(long number, long atMs, Device device, int run, Ending ending)
      implements Fact {}

  /**
   * An application is about to send a message.
   *
   * @param sequence counts up per device and conversation, as in the payload; not always by 1
   * @param clientId 0 if it is not known yet
   * @param after the highest message id of the conversation that this application was shown
   * @param bytes of the payload
   */
  record SendInvoked(
      long number,
      long atMs,
      Device device,
      Conversation conversation,
      long sequence,
      long clientId,
      MessageId after,
      int bytes)
      implements Fact {}

  /** A message was accepted. The run that is told may be a later one than that which sent it. */
  record SendAccepted(
      long number,
      long atMs,
      Device device,
      Conversation conversation,
      long sequence,
      long clientId,
      MessageId messageId)
      implements Fact {}

  /**
   * A message failed for good: nobody may ever get it.
   *
   * @param clientId 0 if it never got one
   */
  record SendRefused(
      long number,
      long atMs,
      Device device,
      Conversation conversation,
      long sequence,
      long clientId,
      String reason)
      implements Fact {}

  /**
   * A message was given up, or its application ended before it was stored: it was accepted, or not.
   *
   * @param clientId 0 if it is not known
   */
  record SendUnknown(
      long number,
      long atMs,
      Device device,
      Conversation conversation,
      long sequence,
      long clientId,
      String reason)
      implements Fact {}

  /**
   * An application was handed a message.
   *
   * @param device whose application
   * @param entryId its place in the mailbox, unsigned
   * @param sender who wrote it, as the server says
   * @param conversation as the server says: of the sender and the recipient
   * @param content what the payload says
   */
  record Delivered(
      long number,
      long atMs,
      Device device,
      int run,
      long entryId,
      Device sender,
      Conversation conversation,
      long clientId,
      MessageId messageId,
      Content content)
      implements Fact {}

  /** The client dropped a message as a repetition. */
  record Repeated(
      long number,
      long atMs,
      Device device,
      Device sender,
      Conversation conversation,
      long clientId,
      MessageId messageId)
      implements Fact {}

  /**
   * A device was told that entries have expired before it fetched them.
   *
   * @param retainedSinceMs what was taken later than this is still there; by the recorder's clock
   */
  record ToldTooLong(long number, long atMs, Device device, long retainedSinceMs) implements Fact {}

  /**
   * A fault is about to begin.
   *
   * @param fault counts up
   * @param what for people
   * @param users whom it concerns; empty: all
   */
  record FaultBegun(long number, long atMs, int fault, String what, List<Integer> users)
      implements Fact {
    public FaultBegun {
      users = List.copyOf(users);
    }
  }

  /** A fault is over. */
  record FaultEnded(long number, long atMs, int fault, Effect effect) implements Fact {}

  /** All faults so far are over, and whatever they broke is back. */
  record Healed(long number, long atMs) implements Fact {}

  /** How often something rare happened, as a server says; several of one name add up. */
  record Counted(long number, long atMs, String name, long count) implements Fact {}

  /** A message that storage holds at the end, with its origin as storage says. */
  record Stored(
      long number,
      long atMs,
      Device sender,
      Conversation conversation,
      long clientId,
      MessageId messageId,
      Content content)
      implements Fact {}

  /**
   * Storage was read to the end.
   *
   * @param messages how many {@link Stored} there are
   */
  record StorageRead(long number, long atMs, long messages) implements Fact {}

  /** The last fact. */
  record CampaignEnded(long number, long atMs) implements Fact {}
}
