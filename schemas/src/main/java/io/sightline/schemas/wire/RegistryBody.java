package io.sightline.schemas.wire;

import java.io.IOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Takes the body of an answer up to a limit; a longer one is not read to its end, and is an {@link IOException}. */
final class RegistryBody implements BodySubscriber<byte[]> {
    private final BodySubscriber<byte[]> body = BodySubscribers.ofByteArray();
    private final int limitBytes;
    private Flow.Subscription subscription;
    private long seenBytes;

    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLargeException(int limitBytes) {
            super("an answer of more than " + limitBytes + " bytes");
        }
    }

    private RegistryBody(int limitBytes) {
        this.limitBytes = limitBytes;
    }

    static BodyHandler<byte[]> upTo(int limitBytes) {
        return head -> new RegistryBody(limitBytes);
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        body.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        seenBytes += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
        if (seenBytes > limitBytes) {
            subscription.cancel();
            body.onError(new TooLargeException(limitBytes));
        } else {
            body.onNext(buffers);
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.onError(failure);
    }

    @Override
    public void onComplete() {
        body.onComplete();
    }
}
