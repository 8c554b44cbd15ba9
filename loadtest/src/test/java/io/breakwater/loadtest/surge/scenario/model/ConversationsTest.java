package io.breakwater.loadtest.surge.scenario.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class ConversationsTest {
  private static Set<List<Long>> pairs(Conversations conversations) {
    Set<List<Long>> pairs = new HashSet<>();
    for (long i = 0; i < conversations.count(); i++) {
      long writer = conversations.writer(i);
      long reader = conversations.reader(i);
      pairs.add(
          conversations.areSame()
              ? List.copyOf(new TreeSet<>(Set.of(writer, reader)))
              : List.of(writer, reader));
    }
    return pairs;
  }

  @Test
  void of_one_population_are_pairs_of_two_and_none_comes_twice() {
    Conversations conversations = new Conversations(100, 100, true, 6);
    assertThat(conversations.count()).isEqualTo(300);
    assertThat(pairs(conversations)).hasSize(300).allMatch(pair -> pair.size() == 2);
  }

  @Test
  void of_few_people_are_no_more_than_there_can_be() {
    for (int users = 2; users <= 9; users++) {
      Conversations conversations = new Conversations(users, users, true, 50);
      assertThat(conversations.count()).isEqualTo(users * (users - 1) / 2);
      assertThat(pairs(conversations)).hasSize(users * (users - 1) / 2);
    }
  }

  @Test
  void with_another_population_reach_all_of_it() {
    Conversations conversations = new Conversations(40, 100, false, 5);
    assertThat(conversations.count()).isEqualTo(200);
    assertThat(pairs(conversations)).hasSize(200);
    assertThat(pairs(conversations).stream().map(List::getLast).distinct()).hasSize(100);
  }

  @Test
  void somebody_alone_writes_to_itself() {
    Conversations conversations = new Conversations(1, 1, true, 6);
    assertThat(conversations.count()).isEqualTo(1);
    assertThat(conversations.reader(0)).isZero();
  }
}
