// CPU kernels for training in bfloat16, where PyTorch 1.13 is slow: batch norm with what follows it in one go, and the gradient of the
// weights of depthwise convolutions. Pictures lie in memory as [N, H, W, C] (channels last). fast_cpu.py builds and uses them.
#include <ATen/Parallel.h>
#include <torch/library.h>
#include <torch/types.h>

#include <cstring>
#include <vector>

using at::Tensor;
typedef uint16_t half;

static inline float wide(half value) {
    uint32_t bits = uint32_t(value) << 16;
    float result;
    std::memcpy(&result, &bits, 4);
    return result;
}

static inline half narrow(float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    return half((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

/** The gradient before the ReLU: nothing where the result was 0. */
static inline half masked(half gradient, half result) {
    return gradient & half(-int(result != 0));
}

static half *halves(const Tensor &t) {
    return reinterpret_cast<half *>(t.data_ptr());
}

static const int64_t CHUNK = 512; // pixels that one task adds up in single precision

static Tensor like(const Tensor &x) {
    return at::empty_like(x, x.options(), at::MemoryFormat::ChannelsLast);
}

/** Adds two sums over all pixels for each channel: add(row, pixels, sum1, sum2) adds up some pixels. */
template <class Add> static std::pair<std::vector<double>, std::vector<double>> sums(int64_t pixels, int64_t c, Add add) {
    int64_t chunks = (pixels + CHUNK - 1) / CHUNK;
    std::vector<float> parts(chunks * 2 * c, 0.f);
    at::parallel_for(0, chunks, 1, [&](int64_t from, int64_t to) {
        for (int64_t i = from; i < to; i++) {
            add(i * CHUNK, std::min(CHUNK, pixels - i * CHUNK), &parts[i * 2 * c], &parts[i * 2 * c + c]);
        }
    });
    std::vector<double> sum1(c, 0), sum2(c, 0);
    for (int64_t i = 0; i < chunks; i++) {
        for (int64_t j = 0; j < c; j++) {
            sum1[j] += parts[i * 2 * c + j];
            sum2[j] += parts[i * 2 * c + c + j];
        }
    }
    return {sum1, sum2};
}

/** relu(norm(x) + residual), statistics over the batch. Returns the result, mean and variance. */
static std::tuple<Tensor, Tensor, Tensor> norm_relu(const Tensor &x, const Tensor &weight, const Tensor &bias,
                                                    const c10::optional<Tensor> &residual, double eps) {
    int64_t c = x.size(1), pixels = x.numel() / c;
    const half *in = halves(x);
    auto both = sums(pixels, c, [&](int64_t row, int64_t n, float *__restrict sum, float *__restrict squares) {
        for (int64_t p = row; p < row + n; p++) {
            const half *__restrict xs = in + p * c;
            for (int64_t j = 0; j < c; j++) {
                float v = wide(xs[j]);
                sum[j] += v;
                squares[j] += v * v;
            }
        }
    });
    Tensor mean = at::empty({c}, at::kFloat), variance = at::empty({c}, at::kFloat), y = like(x);
    std::vector<float> scale(c), shift(c);
    for (int64_t j = 0; j < c; j++) {
        double m = both.first[j] / pixels, v = std::max(0.0, both.second[j] / pixels - m * m);
        mean.data_ptr<float>()[j] = m;
        variance.data_ptr<float>()[j] = v;
        scale[j] = weight.data_ptr<float>()[j] / std::sqrt(v + eps);
        shift[j] = bias.data_ptr<float>()[j] - m * scale[j];
    }
    half *out = halves(y);
    const half *more = residual ? halves(*residual) : nullptr;
    at::parallel_for(0, pixels, CHUNK, [&](int64_t from, int64_t to) {
        const float *__restrict a = scale.data(), *__restrict b = shift.data();
        for (int64_t p = from; p < to; p++) {
            const half *__restrict i = in + p * c;
            half *__restrict o = out + p * c;
            if (more) {
                const half *__restrict e = more + p * c;
                for (int64_t j = 0; j < c; j++) {
                    o[j] = narrow(std::max(0.f, wide(i[j]) * a[j] + b[j] + wide(e[j])));
                }
            } else {
                for (int64_t j = 0; j < c; j++) {
                    o[j] = narrow(std::max(0.f, wide(i[j]) * a[j] + b[j]));
                }
            }
        }
    });
    return {y, mean, variance};
}

/** Gradients of x, weight, bias and (if there was one) residual. */
static std::tuple<Tensor, Tensor, Tensor, Tensor> norm_relu_backward(const Tensor &dy, const Tensor &y, const Tensor &x, const Tensor &weight,
                                                                     const Tensor &mean, const Tensor &variance, double eps, bool residual) {
    int64_t c = x.size(1), pixels = x.numel() / c;
    const half *g = halves(dy), *out = halves(y), *in = halves(x);
    const float *m = mean.data_ptr<float>();
    std::vector<float> inverse(c);
    for (int64_t j = 0; j < c; j++) {
        inverse[j] = 1 / std::sqrt(variance.data_ptr<float>()[j] + eps);
    }
    auto both = sums(pixels, c, [&](int64_t row, int64_t n, float *__restrict sum, float *__restrict product) {
        for (int64_t p = row; p < row + n; p++) {
            const half *__restrict gs = g + p * c, *__restrict ys = out + p * c, *__restrict xs = in + p * c;
            for (int64_t j = 0; j < c; j++) {
                float v = wide(masked(gs[j], ys[j]));
                sum[j] += v;
                product[j] += v * (wide(xs[j]) - m[j]);
            }
        }
    });
    Tensor dweight = at::empty({c}, at::kFloat), dbias = at::empty({c}, at::kFloat), dx = like(x);
    Tensor dresidual = residual ? like(x) : at::empty({0}, x.options());
    std::vector<float> scale(c), slope(c), shift(c);
    for (int64_t j = 0; j < c; j++) {
        dbias.data_ptr<float>()[j] = both.first[j];
        dweight.data_ptr<float>()[j] = both.second[j] * inverse[j];
        scale[j] = weight.data_ptr<float>()[j] * inverse[j];
        slope[j] = -scale[j] * inverse[j] * inverse[j] * both.second[j] / pixels;
        shift[j] = -scale[j] * both.first[j] / pixels - slope[j] * m[j];
    }
    half *dxs = halves(dx), *drs = residual ? halves(dresidual) : nullptr;
    at::parallel_for(0, pixels, CHUNK, [&](int64_t from, int64_t to) {
        const float *__restrict a = scale.data(), *__restrict b = slope.data(), *__restrict e = shift.data();
        for (int64_t p = from; p < to; p++) {
            const half *__restrict gs = g + p * c, *__restrict ys = out + p * c, *__restrict xs = in + p * c;
            half *__restrict o = dxs + p * c;
            if (drs) {
                half *__restrict r = drs + p * c;
                for (int64_t j = 0; j < c; j++) {
                    half v = masked(gs[j], ys[j]);
                    r[j] = v;
                    o[j] = narrow(wide(v) * a[j] + wide(xs[j]) * b[j] + e[j]);
                }
            } else {
                for (int64_t j = 0; j < c; j++) {
                    o[j] = narrow(wide(masked(gs[j], ys[j])) * a[j] + wide(xs[j]) * b[j] + e[j]);
                }
            }
        }
    });
    return {dx, dweight, dbias, dresidual};
}

template <int V> struct Lanes {
    typedef float Type __attribute__((vector_size(4 * V)));
};

template <int V> static inline typename Lanes<V>::Type load(const half *at) {
    typename Lanes<V>::Type result;
    for (int i = 0; i < V; i++) {
        result[i] = wide(at[i]);
    }
    return result;
}

/** One picture, V channels: adds to sum[K * K]. The padded copy of the picture spares the inner loops the edges. */
template <int K, int V> static void depthwise_part(const half *x, const half *dy, int64_t c, int64_t h, int64_t w, int64_t oh, int64_t ow,
                                                   int64_t stride, int64_t padding, float *padded, typename Lanes<V>::Type *sum) {
    typedef typename Lanes<V>::Type Vector;
    Vector *pixels = reinterpret_cast<Vector *>(padded);
    int64_t width = w + 2 * padding;
    for (int64_t i = 0; i < h; i++) {
        for (int64_t j = 0; j < w; j++) {
            pixels[(i + padding) * width + j + padding] = load<V>(x + (i * w + j) * c);
        }
    }
    Vector s[K * K];
    for (int k = 0; k < K * K; k++) {
        s[k] = sum[k];
    }
    for (int64_t i = 0; i < oh; i++) {
        for (int64_t j = 0; j < ow; j++) {
            Vector g = load<V>(dy + (i * ow + j) * c);
            const Vector *at = pixels + i * stride * width + j * stride;
#pragma GCC unroll 5
            for (int a = 0; a < K; a++) {
#pragma GCC unroll 5
                for (int b = 0; b < K; b++) {
                    s[a * K + b] += g * at[a * width + b];
                }
            }
        }
    }
    for (int k = 0; k < K * K; k++) {
        sum[k] = s[k];
    }
}

template <int K, int V> static void depthwise_all(const Tensor &x, const Tensor &dy, int64_t stride, int64_t padding, float *dw) {
    typedef typename Lanes<V>::Type Vector;
    int64_t n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3), oh = dy.size(2), ow = dy.size(3);
    at::parallel_for(0, c / V, 1, [&](int64_t from, int64_t to) {
        int64_t size = (h + 2 * padding + stride) * (w + 2 * padding) + K;
        float *padded = static_cast<float *>(std::aligned_alloc(64, (size * V * 4 + 63) / 64 * 64));
        std::memset(padded, 0, size * V * 4);
        for (int64_t block = from; block < to; block++) {
            alignas(64) Vector sum[K * K] = {};
            for (int64_t i = 0; i < n; i++) {
                depthwise_part<K, V>(halves(x) + i * h * w * c + block * V, halves(dy) + i * oh * ow * c + block * V, c, h, w, oh, ow, stride,
                                     padding, padded, sum);
            }
            for (int k = 0; k < K * K; k++) {
                for (int v = 0; v < V; v++) {
                    dw[(block * V + v) * K * K + k] = sum[k][v];
                }
            }
        }
        std::free(padded);
    });
}

/** The gradient of the weights [C, 1, kernel, kernel]; C is a multiple of 8. */
static Tensor depthwise_weight_gradient(const Tensor &x, const Tensor &dy, int64_t kernel, int64_t stride, int64_t padding) {
    Tensor dw = at::empty({x.size(1), 1, kernel, kernel}, at::kFloat);
    bool full = x.size(1) % 16 == 0;
    auto run = kernel == 3 ? (full ? depthwise_all<3, 16> : depthwise_all<3, 8>)
             : kernel == 4 ? (full ? depthwise_all<4, 16> : depthwise_all<4, 8>)
                           : (full ? depthwise_all<5, 16> : depthwise_all<5, 8>);
    TORCH_CHECK(kernel >= 3 && kernel <= 5 && x.size(1) % 8 == 0, "kernel ", kernel, ", ", x.size(1), " channels (expected: 3 to 5, a multiple of 8)");
    run(x, dy, stride, padding, dw.data_ptr<float>());
    return dw;
}

TORCH_LIBRARY(sightline, library) {
    library.def("norm_relu", norm_relu);
    library.def("norm_relu_backward", norm_relu_backward);
    library.def("depthwise_weight_gradient", depthwise_weight_gradient);
}
