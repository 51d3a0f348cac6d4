package io.sightline.connectors.bridge.serving;

import io.sightline.schemas.settings.Setting;
import java.util.Optional;

/** One of {@code paddle_serving.services}: what its section says. */
public record ServiceSettings(
        @Setting(doc = "Pipeline that does the work. None: the default one where the answer is of its kind, else the first by name whose kind it is.") Optional<String> pipeline,
        @Setting(doc = "Form of the answers, after the stock service of that kind: recognition, imagenet, arcface, tipc. None: by the service's name where that is recognition, imagenet or ArcFace, else by the pipeline's stages.") Optional<AnswerForm> answer,
        @Setting(doc = "Gallery searched. None: the pipeline's.") Optional<String> gallery,
        @Setting(doc = "Port of its own, for HTTP (recognition had 18081, imagenet 18080, ArcFace 9998) and gRPC alike. 0: only the bridge's port.", def = "0", min = 0, max = 65535) int httpPort,
        @Setting(doc = "Another one (recognition had 9994, imagenet 9993, ArcFace 18091). 0: none.", def = "0", min = 0, max = 65535) int rpcPort) {
}
