package io.sightline.topology.lookahead;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DelegatingConsumerTest {
    private final List<Method> called = new ArrayList<>();
    private final List<Object[]> arguments = new ArrayList<>();

    static Stream<Method> allMethods() {
        return Arrays.stream(Consumer.class.getMethods()).filter(method -> Modifier.isAbstract(method.getModifiers()));
    }

    @SuppressWarnings("unchecked")
    private Consumer<byte[], byte[]> recording() {
        return (Consumer<byte[], byte[]>) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Consumer.class}, (proxy, method, args) -> {
            called.add(method);
            arguments.add(args);
            return method.getReturnType() == long.class ? (Object) 42L : null;
        });
    }

    @ParameterizedTest
    @MethodSource("allMethods")
    void shouldPassEachCallOnAsItIs(Method method) throws Exception {
        DelegatingConsumer consumer = new DelegatingConsumer(recording()) { };
        Object[] given = Arrays.stream(method.getParameterTypes()).map(type -> type == long.class ? (Object) 7L : null).toArray();

        Object answer = method.invoke(consumer, given);

        assertThat(called).containsExactly(method);
        assertThat(arguments.get(0) == null ? new Object[0] : arguments.get(0)).containsExactly(given);
        if (method.getReturnType() == long.class) {
            assertThat(answer).isEqualTo(42L);
        }
    }
}
