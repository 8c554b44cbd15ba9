package io.breakwater.gateway.framing;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers the one HTTP request of a connection (RFC 6455 section 4): the connection becomes a
 * WebSocket, or ends. Leaves the pipeline with that.
 */
final class WebSocketUpgrade extends SimpleChannelInboundHandler<HttpObject> {
  private final WebSocketOwner owner;
  private final WebSocketRules rules;

  /** A good request whose end has not come. */
  private @Nullable HttpRequest begun;

  /** The request has its answer: what else comes with it is of no use. */
  private boolean isAnswered;

  private WebSocketUpgrade(WebSocketOwner owner, WebSocketRules rules) {
    this.owner = owner;
    this.rules = rules;
  }

  static void addAfter(ChannelHandlerContext context, WebSocketOwner owner, WebSocketRules rules) {
    String codec = "http";
    HttpDecoderConfig limits =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(WebSocketRules.MAX_LINE_BYTES)
            .setMaxHeaderSize(WebSocketRules.MAX_HEADER_BYTES);
    context
        .pipeline()
        .addAfter(context.name(), codec, new HttpServerCodec(limits))
        .addAfter(codec, null, new WebSocketUpgrade(owner, rules));
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
    if (isAnswered) {
      return;
    }
    if (part instanceof HttpRequest request) {
      Optional<HttpResponseStatus> fault = faultOf(request);
      if (fault.isPresent()) {
        isAnswered = true;
        rules.metrics().webSocketRefused();
        refuse(context, fault.get());
      } else {
        begun = request;
      }
    }
    if (part instanceof LastHttpContent && begun != null) {
      HttpRequest request = begun;
      begun = null;
      isAnswered = true;
      upgrade(context, request);
    }
  }

  private Optional<HttpResponseStatus> faultOf(HttpRequest request) {
    HttpHeaders headers = request.headers();
    if (request.decoderResult().isFailure()) {
      return Optional.of(statusOf(request.decoderResult().cause()));
    }
    if (!request.method().equals(HttpMethod.GET)) {
      return Optional.of(HttpResponseStatus.METHOD_NOT_ALLOWED);
    }
    if (HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0) {
      return Optional.of(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
    }
    if (!request.uri().equals(WebSocketRules.PATH)) {
      return Optional.of(HttpResponseStatus.NOT_FOUND);
    }
    if (!rules.origins().containsAll(headers.getAll(HttpHeaderNames.ORIGIN))) {
      return Optional.of(HttpResponseStatus.FORBIDDEN);
    }
    if (!headers.contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        || !headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
        || !WebSocketVersion.V13
            .toHttpHeaderValue()
            .equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
      return Optional.of(HttpResponseStatus.UPGRADE_REQUIRED);
    }
    if (!headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY) || !speaksOurs(headers)) {
      return Optional.of(HttpResponseStatus.BAD_REQUEST);
    }
    return Optional.empty();
  }

  private static HttpResponseStatus statusOf(Throwable cause) {
    if (cause instanceof TooLongHttpHeaderException) {
      return HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
    }
    return cause instanceof TooLongHttpLineException
        ? HttpResponseStatus.REQUEST_URI_TOO_LONG
        : HttpResponseStatus.BAD_REQUEST;
  }

  private static boolean speaksOurs(HttpHeaders headers) {
    return headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .anyMatch(value -> value.strip().equals(WebSocketRules.SUBPROTOCOL));
  }

  private static void refuse(ChannelHandlerContext context, HttpResponseStatus status) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_LENGTH, 0)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
      response
          .headers()
          .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
          .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, WebSocketVersion.V13.toHttpHeaderValue());
    }
    var _ = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  private void upgrade(ChannelHandlerContext context, HttpRequest request) {
    // The platform looks at the first of several headers only, and we have found ours in one of
    // them.
    HttpHeaders headers =
        request
            .headers()
            .copy()
            .set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, WebSocketRules.SUBPROTOCOL);
    FullHttpRequest whole =
        new DefaultFullHttpRequest(
            request.protocolVersion(),
            request.method(),
            request.uri(),
            Unpooled.EMPTY_BUFFER,
            headers,
            EmptyHttpHeaders.INSTANCE);
    WebSocketFraming framing = new WebSocketFraming(owner, rules.room());
    var _ =
        new Handshaker(framing)
            .handshake(context, whole)
            .addListener(
                (ChannelFutureListener)
                    answered -> {
                      if (answered.isSuccess()) {
                        rules.metrics().webSocketOpened();
                        // The framing writes messages by itself.
                        context.pipeline().remove(WebSocketFrameEncoder.class);
                        context.pipeline().remove(this);
                        owner.upgraded(framing);
                      } else {
                        var _ = context.close();
                      }
                    });
  }

  /** The platform's, with this gateway's decoder. */
  private static final class Handshaker extends WebSocketServerHandshaker13 {
    private final WebSocketFraming framing;

    Handshaker(WebSocketFraming framing) {
      super(
          WebSocketRules.PATH,
          WebSocketRules.SUBPROTOCOL,
          WebSocketDecoderConfig.newBuilder()
              .maxFramePayloadLength(WebSocketRules.MAX_MESSAGE_BYTES)
              .closeOnProtocolViolation(false)
              .build());
      this.framing = framing;
    }

    @Override
    protected WebSocketFrameDecoder newWebsocketDecoder() {
      return new WebSocketDecoder(decoderConfig(), framing);
    }
  }
}
