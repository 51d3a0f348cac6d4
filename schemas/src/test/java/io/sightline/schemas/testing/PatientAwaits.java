package io.sightline.schemas.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Gives {@code await()} a minute and a half in the tests of every module. A condition that comes true costs no more for it; Awaitility's own ten seconds
 * are less than a machine shared by many sometimes takes to give a thread its turn.
 */
public class PatientAwaits implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(90));
    }
}
