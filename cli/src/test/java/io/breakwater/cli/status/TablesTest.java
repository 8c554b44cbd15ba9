package io.breakwater.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class TablesTest {
  private static final List<Condition> CLUSTER =
      List.of(
          new Condition(
              entry("cassandra-1", RunFile.Kind.CASSANDRA, "127.0.0.1:7442"),
              OptionalLong.of(514),
              Condition.State.READY,
              "",
              Samples.none()),
          new Condition(
              entry("delivery-1", RunFile.Kind.DELIVERY, "127.0.0.1:7410"),
              OptionalLong.of(1066),
              Condition.State.READY,
              "",
              Samples.parse(
                  """
                  breakwater_delivery_view 7.0
                  breakwater_delivery_members 2.0
                  breakwater_delivery_shards{standing="home"} 2048.0
                  breakwater_delivery_shards{standing="gaining"} 3.0
                  breakwater_delivery_sessions 10.0
                  breakwater_delivery_journal_backlog 20.0
                  breakwater_delivery_tail_entries 300.0
                  breakwater_delivery_lane_queue 4.0
                  """)),
          new Condition(
              entry("delivery-2", RunFile.Kind.DELIVERY, "127.0.0.2:7410"),
              OptionalLong.empty(),
              Condition.State.NOT_RUNNING,
              "it has ended",
              Samples.none()),
          new Condition(
              entry("gateway", RunFile.Kind.GATEWAY, "127.0.0.1:7400"),
              OptionalLong.of(1507),
              Condition.State.NOT_READY,
              "no delivery node can be reached",
              Samples.parse("breakwater_gateway_connections 11.0\n")));

  private static RunFile.Entry entry(String name, RunFile.Kind kind, String serves) {
    return new RunFile.Entry(name, kind, serves, "127.0.0.1:1", "logs/" + name + ".log");
  }

  @Test
  void a_person_sees_a_table_for_each_tier_and_why_something_is_not_ready() {
    assertThat(Tables.text(CLUSTER))
        .isEqualTo(
            """
            CASSANDRA    PID  CQL             STATE
            cassandra-1  514  127.0.0.1:7442  ready

            DELIVERY    PID   TRUNKS          STATE        VIEW  MEMBERS  HOME  GAINING  SESSIONS  BACKLOG  TAIL  QUEUED
            delivery-1  1066  127.0.0.1:7410  ready        7     2        2048  3        10        20       300   4
            delivery-2  -     127.0.0.2:7410  not running  -     -        -     -        -         -        -     -

            GATEWAY  PID   CLIENTS         STATE      VIEW  CONNECTIONS  SESSIONS  TRUNKS
            gateway  1507  127.0.0.1:7400  not ready  -     11           -         -

            delivery-2 is not running: it has ended; log logs/delivery-2.log
            gateway is not ready: no delivery node can be reached; log logs/gateway.log
            """);
  }

  @Test
  void a_script_gets_the_same_and_null_for_what_is_not_known() throws Exception {
    JsonNode status = new ObjectMapper().readTree(Tables.json(CLUSTER));
    assertThat(status.get("ready").asBoolean()).isFalse();
    JsonNode first = status.get("processes").get(1);
    assertThat(first.get("name").asText()).isEqualTo("delivery-1");
    assertThat(first.get("tier").asText()).isEqualTo("delivery");
    assertThat(first.get("pid").asLong()).isEqualTo(1066);
    assertThat(first.get("state").asText()).isEqualTo("ready");
    assertThat(first.get("why").isNull()).isTrue();
    assertThat(first.get("figures").get("home").asLong()).isEqualTo(2048);
    JsonNode ended = status.get("processes").get(2);
    assertThat(ended.get("pid").isNull()).isTrue();
    assertThat(ended.get("why").asText()).isEqualTo("it has ended");
    assertThat(ended.get("figures").get("view").isNull()).isTrue();
  }

  @Test
  void all_are_ready_only_if_there_are_some() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    assertThat(mapper.readTree(Tables.json(CLUSTER.subList(0, 2))).get("ready").asBoolean())
        .isTrue();
    assertThat(mapper.readTree(Tables.json(List.of())).get("ready").asBoolean()).isFalse();
  }
}
