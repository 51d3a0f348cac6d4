package io.sightline.connectors.bridge.page;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ServerCacheControl;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.file.HttpFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A file of the page, held in memory, with its content's hash as entity tag: a browser asks each time and gets it once a version. */
final class PageFile {
    /** Nothing from elsewhere, nothing inline; pictures that the user chose are blobs. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final byte[] content;
    private final MediaType type;

    /** @throws IllegalStateException where there is no such resource */
    PageFile(String name, MediaType type) {
        try (InputStream in = PageFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource: " + name + " is not there (expected: beside " + PageFile.class.getName() + ")");
            }
            this.content = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.type = type;
    }

    HttpService service() {
        String tag = hash(content);
        return HttpFile.builder(HttpData.wrap(content)).contentType(type).entityTag((path, attributes) -> tag).lastModified(false).cacheControl(ServerCacheControl.REVALIDATED)
                .setHeader(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY)
                .setHeader(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
                .setHeader(HttpHeaderNames.REFERRER_POLICY, "same-origin")
                .setHeader(HttpHeaderNames.VARY, "accept")
                .build().asService();
    }

    private static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
