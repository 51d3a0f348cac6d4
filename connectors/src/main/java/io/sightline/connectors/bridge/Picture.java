package io.sightline.connectors.bridge;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.bridge.call.ByteBudget;
import io.sightline.connectors.bridge.fetch.ImageFetcher;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.request.InvalidRequestException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A picture to be recognised, and what is asked of it.
 *
 * @param asked tells it from others: the picture, or where it is
 */
record Picture(RecognitionQuery query, ByteBuffer asked, Supplier<CompletableFuture<RecognitionResult>> work) {
    private static final String URL = "image_url";

    /** One that was sent. */
    static Picture sent(String id, RecognitionQuery query, ByteBuffer image, BodyCalls calls) {
        return new Picture(query, image, () -> calls.recognise(query.request(id).setImage(image).build()));
    }

    /** One that is to be fetched. @param json the body that says where it is */
    static Picture named(ServiceRequestContext ctx, String id, RecognitionQuery query, byte[] json, BodyCalls calls, ImageFetcher fetcher) {
        String url = url(json);
        ImageFetcher.Place place = new ImageFetcher.Place(calls.budget(), ctx.eventLoop(), ctx.blockingTaskExecutor());
        return new Picture(query, ByteBuffer.wrap((URL + ": " + url).getBytes(StandardCharsets.UTF_8)), () -> fetcher.with(url, place,
                image -> calls.recognise(query.request(id).setImage(ByteBuffer.wrap(image)).build())));
    }

    /** The same, which holds what its bytes have of the budget until it is done, whether somebody waits or not. */
    Picture holding(ByteBudget.Share share) {
        return new Picture(query, asked, () -> share.during(work));
    }

    private static String url(byte[] json) {
        String[] url = new String[1];
        JsonBody.read(json, 0, json.length, List.of(URL), (field, body) -> {
            url[0] = body.text();
            return true;
        });
        if (url[0] == null) {
            throw new InvalidRequestException(URL + ": none (expected: where the picture is)");
        }
        return url[0];
    }

    byte[] fingerprint() {
        return Fingerprint.of(query, asked);
    }

    CompletableFuture<RecognitionResult> recognise() {
        return work.get();
    }
}
