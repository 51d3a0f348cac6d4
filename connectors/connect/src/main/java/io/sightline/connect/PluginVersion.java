package io.sightline.connect;

/** What Connect shows as the plugins' version: the jar's. */
final class PluginVersion {
    static final String VERSION = of(PluginVersion.class.getPackage().getImplementationVersion());

    private PluginVersion() {
    }

    private static String of(String implementation) {
        return implementation == null ? "unknown" : implementation;
    }
}
