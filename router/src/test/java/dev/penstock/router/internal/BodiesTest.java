package dev.penstock.router.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a worker gets whose call goes wrong. */
@Timeout(20)
final class BodiesTest {
  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private HttpResponse<Buffer> call(Handler<HttpServerRequest> handler) throws Exception {
    var server =
        vertx
            .createHttpServer()
            .requestHandler(handler)
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
    return WebClient.create(vertx)
        .post(server.actualPort(), "127.0.0.1", "/claims")
        .sendBuffer(Buffer.buffer("{}"))
        .await(10, TimeUnit.SECONDS);
  }

  @Test
  void an_unexpected_failure_is_answered_500() throws Exception {
    var answer =
        call(
            request ->
                Bodies.read(
                    request,
                    100,
                    body -> {
                      throw new ArithmeticException("integer overflow");
                    }));

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.bodyAsJsonObject().getString("message")).contains("integer overflow");
  }

  @Test
  void a_failure_in_the_middle_of_an_answer_breaks_the_connection_off() {
    assertThatThrownBy(
            () ->
                call(
                    request ->
                        Bodies.read(
                            request,
                            100,
                            body -> {
                              request.response().putHeader("Content-Length", "10").write("half ");
                              throw new IllegalStateException("a part that is missing");
                            })))
        .hasMessageContaining("closed");
  }
}
