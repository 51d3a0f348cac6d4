package io.sightline.app.product;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one {@link Product} of the run; it is started by the first that asks and closed at the end of all. */
final class ProductExtension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Product.class;
    }

    @Override
    public Product resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot().getStore(ExtensionContext.Namespace.create(Product.class)).getOrComputeIfAbsent(Product.class, type -> start(), Product.class);
    }

    private static Product start() {
        try {
            return new Product();
        } catch (Exception e) {
            throw new IllegalStateException("the product did not start", e);
        }
    }
}
