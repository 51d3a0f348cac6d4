package io.sightline.app.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which build this is; part of every result's lineage. */
public final class Build {
    public static final String VERSION = version();

    private Build() {
    }

    private static String version() {
        try (InputStream in = Build.class.getResourceAsStream("/sightline-build.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
