package io.sightline.connectors.bridge.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.ClosedSessionException;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpRequestWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import io.netty.channel.DefaultEventLoop;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BodyCollectorTest {
    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final ByteBudget budget = new ByteBudget(100);
    private final HttpRequestWriter request = HttpRequest.streaming(RequestHeaders.of(HttpMethod.POST, "/"));
    private BodyCollector collector;

    @AfterEach
    void stopLoop() {
        loop.shutdownGracefully();
    }

    private CompletableFuture<byte[]> collect(long max, long announced, int timeoutMs) {
        collector = new BodyCollector("image", max, announced, budget, timeoutMs, loop);
        return collector.collect(request);
    }

    private void write(int bytes) {
        request.write(HttpData.wrap(new byte[bytes]));
    }

    @Test
    void shouldJoinTheChunksAndHoldTheirBytesUntilReleased() {
        // given
        CompletableFuture<byte[]> body = collect(10, -1, 10_000);
        // when
        request.write(HttpData.wrap(new byte[] {1, 2}));
        request.write(HttpData.empty());
        request.write(HttpData.wrap(new byte[] {3}));
        request.close();
        // then
        assertThat(body.join()).containsExactly(1, 2, 3);
        assertThat(budget.taken()).isEqualTo(3);
        collector.release();
        collector.release();
        assertThat(budget.taken()).isZero();
    }

    @Test
    void shouldTakeNoMemoryForBytesOnlyAnnounced() {
        collect(1L << 40, 1L << 40, 10_000);
        write(5);
        await().until(() -> budget.taken() == 5);
    }

    @Test
    void shouldRefuseFromTheAnnouncementAlone() {
        CompletableFuture<byte[]> body = collect(10, 11, 10_000);
        assertProblem(body, HttpStatus.REQUEST_ENTITY_TOO_LARGE, "image: 11 bytes (expected: at most 10)");
        assertThat(budget.taken()).isZero();
    }

    @Test
    void shouldStopAtTheLimitWhenNothingWasAnnounced() {
        CompletableFuture<byte[]> body = collect(10, -1, 10_000);
        write(10);
        write(1);
        assertProblem(body, HttpStatus.REQUEST_ENTITY_TOO_LARGE, "image: more than 10 bytes (expected: at most 10)");
        write(50); // what comes still is dropped
        request.close();
        collector.release();
        assertThat(budget.taken()).isZero();
    }

    @Test
    void shouldRefuseWhenTheBudgetIsTaken() {
        budget.take(95);
        CompletableFuture<byte[]> body = collect(50, -1, 10_000);
        write(5);
        write(1);
        assertProblem(body, HttpStatus.SERVICE_UNAVAILABLE, "overloaded: images in flight hold 100 bytes already (expected: fewer; try again later)");
        collector.release();
        assertThat(budget.taken()).isEqualTo(95);
    }

    @Test
    void shouldStopWaitingWhenTheBodyDoesNotEnd() {
        CompletableFuture<byte[]> body = collect(10, 5, 50);
        write(2);
        assertProblem(body, HttpStatus.REQUEST_TIMEOUT, "body: 2 bytes within 50 ms (expected: the whole body in that time)");
    }

    @Test
    void shouldSayWhatCameWhenTheConnectionBreaks() {
        CompletableFuture<byte[]> body = collect(10, 5, 10_000);
        write(2);
        request.close(ClosedSessionException.get());
        assertProblem(body, HttpStatus.BAD_REQUEST, "body: the connection ended after 2 bytes (expected: the whole body)");
    }

    @Test
    void shouldSayTooLargeWhenTheServerFoundOutFirst() {
        CompletableFuture<byte[]> body = collect(10, -1, 10_000);
        request.close(ContentTooLargeException.get());
        assertProblem(body, HttpStatus.REQUEST_ENTITY_TOO_LARGE, "image: more than 10 bytes (expected: at most 10)");
    }

    @Test
    void shouldTakeNothingMoreOnceReleased() {
        CompletableFuture<byte[]> body = collect(10, -1, 10_000);
        collector.release(); // the caller went away in the middle
        write(5);
        assertThatThrownBy(body::join).hasCauseInstanceOf(HttpProblem.class);
        assertThat(budget.taken()).isZero();
    }

    private static void assertProblem(CompletableFuture<byte[]> body, HttpStatus status, String message) {
        assertThatThrownBy(body::join).cause().isInstanceOfSatisfying(HttpProblem.class, problem -> assertThat(problem.status()).isEqualTo(status)).hasMessage(message);
    }
}
