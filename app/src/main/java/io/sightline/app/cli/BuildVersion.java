package io.sightline.app.cli;

import io.sightline.app.run.Build;
import picocli.CommandLine.IVersionProvider;

/** {@code sightline --version}. */
final class BuildVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"sightline " + Build.VERSION};
    }
}
