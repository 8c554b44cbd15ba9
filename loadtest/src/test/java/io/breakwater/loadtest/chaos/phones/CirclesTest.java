package io.breakwater.loadtest.chaos.phones;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.phones.Circles.Writing;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CirclesTest {
  private static List<Writing> draw(int users, long seed, int writings) {
    Circles circles = new Circles(users, seed);
    SplittableRandom random = new SplittableRandom(seed);
    return Stream.generate(() -> circles.draw(random)).limit(writings).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 8, 9, 10, 40})
  void everybody_writes_and_is_written_to(int users) {
    List<Writing> writings = draw(users, users, 20_000);
    assertThat(writings.stream().map(Writing::from).distinct()).hasSize(users);
    assertThat(writings.stream().filter(each -> each.to() != each.from()).map(Writing::to))
        .allMatch(to -> to >= 0 && to < users);
    assertThat(writings.stream().map(Writing::to).distinct()).hasSize(users);
  }

  @Test
  void few_conversations_have_most_of_the_messages() {
    List<Writing> writings = draw(40, 7, 20_000);
    Map<Conversation, Long> counts =
        writings.stream()
            .map(each -> Conversation.of(each.from(), each.to()))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    long busiest =
        counts.values().stream()
            .sorted(Comparator.reverseOrder())
            .limit(20)
            .mapToLong(Long::longValue)
            .sum();
    assertThat(counts).hasSizeGreaterThan(200);
    assertThat(busiest).isGreaterThan(writings.size() / 3);
  }

  @Test
  void some_are_notes_to_oneself() {
    assertThat(draw(10, 3, 10_000).stream().filter(each -> each.from() == each.to()).count())
        .isBetween(100L, 1_000L);
  }

  @Test
  void a_seed_draws_the_same_again() {
    assertThat(draw(10, 4, 100)).isEqualTo(draw(10, 4, 100)).isNotEqualTo(draw(10, 5, 100));
  }
}
