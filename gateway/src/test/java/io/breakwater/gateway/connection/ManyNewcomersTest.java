package io.breakwater.gateway.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.gateway.line.Ticket;
import io.breakwater.gateway.line.Work;
import io.breakwater.proto.client.SignUp;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A full waiting room, with all that a connection keeps of its sign-up; prints what it takes. */
final class ManyNewcomersTest {
  private static final int PEOPLE = 100_000;

  @Test
  void each_of_a_hundred_thousand_takes_a_few_hundred_bytes_besides_its_connection() {
    MachineFixture life = new MachineFixture();
    life.rules.line().join(Long.MAX_VALUE, 0, life.nowMs);
    List<Newcomer> newcomers = new ArrayList<>(PEOPLE);
    long before = heapBytes();
    long began = System.nanoTime();
    for (int i = 1; i < PEOPLE; i++) {
      SignUp signUp =
          SignUp.newBuilder()
              .setSignUpId(ByteString.copyFrom(ByteBuffer.allocate(16).putInt(i).array()))
              .setHandle("somebody.of.some." + i)
              .build();
      Newcomer newcomer =
          Newcomer.of(life.rules, i, signUp, new Ticket.None(), new Work.None(), null);
      assertThat(newcomer.begin(life.nowMs)).hasSize(1);
      newcomers.add(newcomer);
    }
    long came = System.nanoTime();
    long bytes = (heapBytes() - before) / PEOPLE;
    long asked = System.nanoTime();
    for (Newcomer newcomer : newcomers) {
      assertThat(newcomer.tell()).hasSize(1);
    }
    long told = System.nanoTime();
    System.out.printf(
        "of each of %,d newcomers in line: %d bytes; coming %,d ns, being told %,d ns%n",
        PEOPLE, bytes, (came - began) / PEOPLE, (told - asked) / PEOPLE);
    assertThat(life.rules.line().size()).isEqualTo(PEOPLE);
    assertThat(bytes).isLessThan(600);
    newcomers.forEach(Newcomer::leave);
    assertThat(life.rules.line().size()).isEqualTo(1);
  }

  private static long heapBytes() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
