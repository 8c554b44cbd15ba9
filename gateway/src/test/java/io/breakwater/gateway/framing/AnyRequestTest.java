package io.breakwater.gateway.framing;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.gateway.metrics.GatewayMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What holds for any request for a WebSocket, however it is written. */
final class AnyRequestTest {
  private static final int REQUESTS = 2_000;
  private static final String GOOD_ORIGIN = "https://example.org";
  private static final GatewayMetrics METRICS = new GatewayMetrics(new SimpleMeterRegistry());
  private static final WebSocketRules RULES =
      new WebSocketRules(Set.of(GOOD_ORIGIN), new InboundRoom(1 << 20, METRICS), METRICS);

  /** A header that a request must have, and the status without it. */
  private record Needed(String header, int without) {}

  private static final List<Needed> NEEDED =
      List.of(
          new Needed("Upgrade: WebSocket", 426),
          new Needed("Connection: keep-alive, Upgrade", 426),
          new Needed("Sec-WebSocket-Version: 13", 426),
          new Needed("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", 400),
          new Needed("Sec-WebSocket-Protocol: chat, breakwater.v1", 400));

  private static final List<String> OPTIONAL =
      List.of(
          "Host: localhost",
          "Origin: " + GOOD_ORIGIN,
          "User-Agent: any",
          "Cookie: a=b",
          "Sec-WebSocket-Extensions: permessage-deflate",
          "Sec-WebSocket-Protocol: another",
          "Content-Length: 0");

  @Test
  void a_request_with_all_that_is_needed_is_accepted_however_it_is_written() {
    for (int seed = 0; seed < REQUESTS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      String request = written(NEEDED.stream().map(Needed::header).toList(), random);
      assertThat(answerTo(request, random))
          .as("seed %s: %s", seed, request)
          .startsWith("HTTP/1.1 101 ")
          .containsIgnoringCase("sec-websocket-protocol: breakwater.v1")
          .doesNotContainIgnoringCase("sec-websocket-extensions");
    }
  }

  @Test
  void a_request_without_one_of_them_is_refused_and_the_connection_closed() {
    for (int seed = 0; seed < REQUESTS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Needed missing = NEEDED.get(random.nextInt(NEEDED.size()));
      String request =
          written(
              NEEDED.stream().filter(each -> !each.equals(missing)).map(Needed::header).toList(),
              random);
      assertThat(answerTo(request, random))
          .as("seed %s: %s", seed, request)
          .startsWith("HTTP/1.1 " + missing.without() + ' ')
          .containsIgnoringCase("connection: close");
    }
  }

  @Test
  void a_request_from_a_page_that_is_not_listed_is_refused_whatever_else_it_has() {
    for (int seed = 0; seed < REQUESTS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<String> headers = new ArrayList<>(NEEDED.stream().map(Needed::header).toList());
      headers.add("Origin: https://" + Integer.toHexString(random.nextInt()) + ".example");
      String request = written(headers, random);
      assertThat(answerTo(request, random)).as("seed %s", seed).startsWith("HTTP/1.1 403 ");
    }
  }

  /** In any order, names in any case, with any of what does not matter. */
  private static String written(List<String> headers, SplittableRandom random) {
    List<String> lines = new ArrayList<>(headers);
    OPTIONAL.stream().filter(_ -> random.nextInt(3) == 0).forEach(lines::add);
    for (int i = lines.size() - 1; i > 0; i--) {
      lines.set(i, lines.set(random.nextInt(i + 1), lines.get(i)));
    }
    StringBuilder request = new StringBuilder("GET /v1 HTTP/1.1\r\n");
    for (String line : lines) {
      int colon = line.indexOf(':');
      String name = line.substring(0, colon);
      request
          .append(random.nextBoolean() ? name.toLowerCase(Locale.ROOT) : name)
          .append(line, colon, line.length())
          .append("\r\n");
    }
    return request.append("\r\n").toString();
  }

  /** The head of the answer; the request comes in pieces. */
  private static String answerTo(String request, SplittableRandom random) {
    EmbeddedChannel channel = new EmbeddedChannel();
    Owner owner = new Owner();
    channel.pipeline().addLast(new FirstByte(owner, RULES), owner);
    byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
    for (int at = 0; at < bytes.length && channel.isOpen(); ) {
      int count = Math.min(bytes.length - at, 1 + random.nextInt(bytes.length));
      channel.writeInbound(Unpooled.copiedBuffer(bytes, at, count));
      at += count;
    }
    StringBuilder answer = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      answer.append(out.toString(StandardCharsets.US_ASCII));
      out.release();
    }
    boolean isAccepted = answer.indexOf("HTTP/1.1 101 ") == 0;
    assertThat(owner.isUpgraded).isEqualTo(isAccepted);
    assertThat(channel.isOpen()).isEqualTo(isAccepted);
    channel.finishAndReleaseAll();
    return answer.toString();
  }

  private static final class Owner extends ChannelInboundHandlerAdapter implements WebSocketOwner {
    boolean isUpgraded;

    @Override
    public void upgrading(Framing unanswered) {}

    @Override
    public void sign() {}

    @Override
    public void upgraded(Framing framing) {
      isUpgraded = true;
    }

    @Override
    public void reply(ByteBuf message) {
      message.release();
    }

    @Override
    public void goodbye() {}

    @Override
    public int maxFrameBytes() {
      return 4_096;
    }

    @Override
    public void frame(ByteBuf body) {}

    @Override
    public void unreadable(String detail) {
      throw new AssertionError(detail);
    }

    @Override
    public void crowded(int bytes) {
      throw new AssertionError("no room for " + bytes + " bytes");
    }

    @Override
    public boolean wantsMore() {
      return true;
    }
  }
}
