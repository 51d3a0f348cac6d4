package io.sightline.connectors.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.bridge.call.Problems;
import io.sightline.connectors.reply.ReplyException;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class AnswersTest {
    private final ErrorAnswers errors = new ErrorAnswers(RequestLimits.DEFAULT, List.of());

    @ParameterizedTest
    @CsvSource({"OVERLOADED, 503, 50, failed", "TIMEOUT, 504, 6000, failed", "DUPLICATE, 409, 5000, rejected", "UNAVAILABLE, 503, 3003, failed", "CLOSED, 503, 3001, failed",
            "TOO_LARGE, 413, 5000, rejected", "UNREADABLE, 500, 10000, failed"})
    void shouldTellEachReasonByItsStatusAndNumber(ReplyException.Reason reason, int status, int errNo, String word) throws Exception {
        // when
        AggregatedHttpResponse answer = Answers.problem("r1", new CompletionException(new ReplyException(reason, "a sentence"))).aggregate().join();
        // then
        JsonNode json = json(answer);
        assertThat(answer.status().code()).isEqualTo(status);
        assertThat(json.path("err_no").intValue()).isEqualTo(errNo);
        assertThat(json.path("status").textValue()).isEqualTo(word);
        assertThat(json.path("err_msg").textValue()).isEqualTo("a sentence");
        assertThat(json.path("request_id").textValue()).isEqualTo("r1");
        assertThat(answer.headers().contains("retry-after")).isEqualTo(status == 503);
    }

    @Test
    void shouldNotTellTheCallerTheInsidesOfABug() throws Exception {
        AggregatedHttpResponse answer = Answers.problem("r1", new CancellationException("x")).aggregate().join();
        assertThat(answer.status().code()).isEqualTo(499);
        Logger log = (Logger) LoggerFactory.getLogger(Problems.class);
        log.setLevel(Level.OFF); // it would show the bug's stack trace
        HttpProblem bug = Problems.of(new IllegalStateException("password=secret"));
        log.setLevel(null);
        assertThat(bug.status()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
        assertThat(bug).hasMessage("the bridge failed on this request (IllegalStateException); its log says more");
    }

    @Test
    void shouldTakeTheNumberOfAnInvalidRequest() {
        HttpProblem problem = Problems.of(new InvalidRequestException("top_k: 0 (expected: 1..100)"));
        assertThat(problem.status()).isEqualTo(HttpStatus.BAD_REQUEST);
        assertThat(problem.code().number()).isEqualTo(5000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "405 | GET  | /v1/recognitions?x=1 |     | method: GET (expected: POST)",
            "405 | POST | /readyz              |     | method: POST (expected: GET, HEAD)",
            "404 | GET  | /nowhere?x=1         |     | path: '/nowhere' (expected: one of PATHS)",
            "413 | POST | /v1/recognitions     |     | body: too large (expected: an image of at most 16777216 bytes)",
            "431 | POST | /v1/recognitions     |     | request: Request Header Fields Too Large (expected: HTTP as docs/openapi.yaml describes it)",
            "400 | POST | /v1/recognitions     | bad | request: bad (expected: HTTP as docs/openapi.yaml describes it)"})
    void shouldGiveTheServersOwnRefusalsASentence(int status, HttpMethod method, String path, String description, String message) throws Exception {
        AggregatedHttpResponse answer = errors.renderStatus(null, null, RequestHeaders.of(method, path), HttpStatus.valueOf(status), description, null);
        assertThat(json(answer).path("err_msg").textValue()).isEqualTo(message.replace("PATHS", ApiRoute.paths()));
        assertThat(json(answer).path("err_no").intValue()).isEqualTo(5000);
        assertThat(answer.headers().contains("allow")).isEqualTo(status == 405);
    }

    @Test
    void shouldAnswerWithoutHeadersWhenTheRequestHadNoneThatCouldBeRead() throws Exception {
        AggregatedHttpResponse answer = errors.onProtocolViolation(null, null, HttpStatus.BAD_REQUEST, "Invalid\r\nheader", null);
        assertThat(answer.status()).isEqualTo(HttpStatus.BAD_REQUEST);
        assertThat(json(answer).path("err_msg").textValue()).startsWith("request: Invalid??header (expected:");
    }

    private static JsonNode json(AggregatedHttpResponse answer) throws Exception {
        return new JsonMapper().readTree(answer.content().array());
    }
}
