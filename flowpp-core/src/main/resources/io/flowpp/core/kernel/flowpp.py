# The fast form of every heavy part, as TorchScript that libtorch compiles when it loads this file. Images are [B,H,W,C].
# Each function has a plain twin in Java (package nn and flow) that reads like the equations; a test holds the two equal.

def concat_elu(x: Tensor) -> Tensor:
  return torch.elu_(torch.cat([x, torch.neg(x)], -1))

# 3x3 convolution, stride 1, zero padding. w is kept [O,3,3,I], which seen as [O,I,3,3] is already channels-last.
def conv3x3(x: Tensor, w: Tensor, b: Optional[Tensor]) -> Tensor:
  y = torch.conv2d(torch.permute(x, [0, 3, 1, 2]), torch.permute(w, [0, 3, 1, 2]), b, [1, 1], [1, 1])
  return torch.permute(y, [0, 2, 3, 1])

# dropout by ready-made masks of 0 and 1/(1-p); masks[0] is a placeholder, and without further ones nothing is dropped
def keep(x: Tensor, masks: List[Tensor], i: int) -> Tensor:
  if i + 1 < torch.len(masks):
    x = torch.mul(x, masks[i + 1])
  return x

# h + a*sigmoid(b), (a, b) = last(dropout(concat_elu(conv3x3(concat_elu(h)) + 1x1(concat_elu(context))))), last a 1x1 or, with a weight of four axes, 3x3
def gated_conv(h: Tensor, context: List[Tensor], c: List[Tensor], mask: List[Tensor], at: int, code: int) -> Tensor:
  t = __torch__.conv_keep(__torch__.concat_elu(h), c[0], c[1], code)[0]
  k = 2
  if torch.len(context) > 0:
    t = torch.add(t, __torch__.linear_keep(context[0], c[2], c[3], code))
    k = 4
  t = __torch__.keep(__torch__.concat_elu(t), mask, at)
  t = __torch__.second_keep(t, c[k], c[k + 1], 1., code)[0]
  return torch.add(h, torch.glu(torch.to(t, h.dtype), -1))

# multi-head self-attention over all positions; c = proj1 w, b, proj2 w, b
def gated_attention(h: Tensor, pos: Tensor, c: List[Tensor], heads: int, mask: List[Tensor], at: int, code: int) -> Tensor:
  a = __torch__.attend(__torch__.mixing_map(h, pos, code, c), heads)
  a = __torch__.keep(torch.reshape(a, torch.size(h)), mask, at)
  return torch.add(h, torch.glu(__torch__.linear_keep(a, c[2], c[3], code), -1))

# the no-attention ablation: max over adjacent triples of channels
def gated_linear(h: Tensor, pos: Tensor, c: List[Tensor], mask: List[Tensor], at: int, code: int) -> Tensor:
  a = torch.reshape(__torch__.triples_keep(__torch__.mixing_map(h, pos, code, c)), torch.size(h))
  return torch.add(h, torch.glu(__torch__.linear_keep(__torch__.keep(a, mask, at), c[2], c[3], code), -1))

# log F, log(1-F) and log d logit F / dx of a mixture of logistics at x [N]; log-weights, means, log-scales [K,N], components first so that sums over
# them run along whole rows. Never forms F or 1-F: the logarithms of a sigmoid and of its complement come each from its own side, since one taken from
# the other would have lost its digits where it is small.
def mixture_terms(x: Tensor, log_weights: Tensor, means: Tensor, log_scales: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  z = torch.mul(torch.sub(torch.unsqueeze(x, 0), means), torch.exp(torch.neg(log_scales)))
  right = torch.log_sigmoid(torch.neg(z))
  below = torch.add(log_weights, torch.log_sigmoid(z))
  cdf = torch.logsumexp(below, [0])
  survival = torch.logsumexp(torch.add(log_weights, right), [0])
  pdf = torch.logsumexp(torch.sub(torch.add(below, right), log_scales), [0])
  return (cdf, survival, torch.sub(torch.sub(pdf, cdf), survival))

# raw [B,H,W,C*(2+3K)] to s, t [N] and log-weights, means, log-scales [K,N], N = BHWC
def mixture_parameters(raw: Tensor, n: int) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
  return __torch__.mixture_parts(__torch__.components_first(raw, n))

def components_first(raw: Tensor, n: int) -> Tensor:
  return torch.contiguous(torch.permute(torch.reshape(raw, [n, torch.numel(raw) // n]), [1, 0]))

def mixture_parts(r: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
  k = (torch.size(r, 0) - 2) // 3
  s, t, logits, means, log_scales = torch.split_with_sizes(r, [1, 1, k, k, k], 0)
  return (torch.tanh(torch.squeeze(s, 0)), torch.squeeze(t, 0), torch.log_softmax(logits, 0), means, torch.clamp_min(log_scales, -7.))

# F, 1-F and the density at x [N], as products and sums without logarithms, for weights and 1/scales [K,N]: a few passes where mixture_terms takes many.
# F and 1-F come each from its own side. Good where neither underflows, so where |logit F| is below 500; 1e-300 stands for what does.
def mixture_shares(x: Tensor, weights: Tensor, means: Tensor, inverse_scales: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  z = torch.mul_(torch.sub(torch.unsqueeze(x, 0), means), inverse_scales)
  below = torch.sigmoid(z)
  above = torch.mul_(torch.sigmoid_(torch.neg_(z)), weights)
  survival = torch.sum(above, [0])
  density = torch.sum(torch.mul_(torch.mul_(above, below), inverse_scales), [0])
  cdf = torch.sum(torch.mul_(below, weights), [0])
  return (torch.clamp_min_(cdf, 1e-300), torch.clamp_min_(survival, 1e-300), density)

def sum_image(x: Tensor) -> Tensor:
  return torch.sum(x, [1, 2, 3])

# log N(x; 0, I) of each image
def standard_normal(x: Tensor) -> Tensor:
  return __torch__.sum_image(torch.sub(torch.mul(torch.mul(x, x), -0.5), 0.91893853320467267))

class Kernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Training, see training.py. code = dropout's 1/(1-p), 1 with a norm, 1 for bfloat16, heads.

  def conv_keep(self, x: Tensor, code: Tensor, w: List[Tensor]) -> Tuple[Tensor, Tensor]:
    return __torch__.conv_keep(x, w[0], w[1], int(code[2]))

  def conv_back(self, dy: Tensor, kept: Tensor, code: Tensor, w: List[Tensor], g: List[Tensor]) -> Tensor:
    return __torch__.conv_back(dy, kept, w[0], g[0], g[1], int(code[2]))

  def gated_conv_keep(self, h: Tensor, context: Tensor, code: Tensor, w: List[Tensor], mask: List[Tensor]) -> List[Tensor]:
    return __torch__.gated_conv_keep(h, context, float(code[0]), int(code[1]), int(code[2]), w, mask)

  def gated_conv_back(self, d: Tensor, context: Tensor, code: Tensor, w: List[Tensor], k: List[Tensor], g: List[Tensor]) -> List[Tensor]:
    return __torch__.gated_conv_back(d, context, float(code[0]), int(code[1]), int(code[2]), w, k, g)

  # A mixing in three parts, since attention may be computed elsewhere. k = h, p, mixed values, sums, what mixing_close returned after n, and the mask
  # where there is one.

  def mixing_open(self, h: Tensor, pos: Tensor, code: Tensor, w: List[Tensor]) -> Tensor:
    return __torch__.mixing_open(h, pos, int(code[2]), int(code[3]), w)

  def mixing_close(self, h: Tensor, a: Tensor, code: Tensor, w: List[Tensor], mask: List[Tensor]) -> List[Tensor]:
    return __torch__.mixing_close(h, a, float(code[0]), int(code[2]), w, mask)

  def mixing_close_back(self, d: Tensor, code: Tensor, w: List[Tensor], k: List[Tensor], g: List[Tensor]) -> Tuple[Tensor, Tensor]:
    d, da = __torch__.mixing_close_back(d, float(code[0]), int(code[2]), w, k[3:], g)
    return (d, torch.contiguous(da))

  def mixing_open_back(self, d: Tensor, dp: Tensor, pos: Tensor, code: Tensor, w: List[Tensor], k: List[Tensor], g: List[Tensor]) -> Tensor:
    return __torch__.mixing_open_back(d, dp, k[0], pos, int(code[2]), w, g, g[6])

  # mixed values of p
  def mix(self, p: Tensor, code: Tensor) -> Tensor:
    if int(code[3]) > 0:
      return __torch__.attend(p, int(code[3]))
    return __torch__.triples_keep(p)

  # the same and what their way back reads besides: the attention's sums
  def mix_keep(self, p: Tensor, code: Tensor) -> Tuple[Tensor, Tensor]:
    if int(code[3]) > 0:
      return __torch__.attend_keep(p, int(code[3]))
    return (__torch__.triples_keep(p), p)

  def mix_back(self, da: Tensor, p: Tensor, a: Tensor, sums: Tensor, code: Tensor) -> Tensor:
    if int(code[3]) > 0:
      return __torch__.attend_back(da, p, a, sums, int(code[3]))
    return __torch__.triples_back(da, p, a)

  def act_norm_back(self, da: Tensor, db: Tensor, l: Tensor, a: Tensor, b: Tensor, w: List[Tensor], g: List[Tensor]) -> Tuple[Tensor, Tensor]:
    return __torch__.act_norm_back(da, db, l, a, b, w, g)

  def invertible_linear_back(self, da: Tensor, db: Tensor, l: Tensor, a: Tensor, b: Tensor, w: List[Tensor], g: List[Tensor]) -> Tuple[Tensor, Tensor]:
    return __torch__.invertible_linear_back(da, db, l, a, b, w, g)

  def mixture_back(self, dy: Tensor, l: Tensor, x: Tensor, raw: Tensor) -> Tuple[Tensor, Tensor]:
    return __torch__.mixture_back(dy, l, x, raw)

  def affine_back(self, dy: Tensor, l: Tensor, x: Tensor, raw: Tensor) -> Tuple[Tensor, Tensor]:
    return __torch__.affine_back(dy, l, x, raw)

  def logit_back(self, dy: Tensor, l: Tensor, v: Tensor, h: Tensor) -> Tensor:
    return __torch__.logit_back(dy, l, v, float(h))

  def sigmoid_back(self, dy: Tensor, l: Tensor, x: Tensor) -> Tensor:
    return __torch__.sigmoid_back(dy, l, x)

  # g = those of all directions, then those of all gains
  def weight_norm_back(self, v: List[Tensor], gain: List[Tensor], d: List[Tensor], g: List[Tensor]) -> Tensor:
    n = torch.len(v)
    for i in range(n):
      _0 = __torch__.weight_norm_back(v[i], gain[i], d[i], g[i], g[n + i])
    return g[0]

  def concat_elu_back(self, d: Tensor, result: Tensor) -> Tensor:
    return __torch__.concat_elu_back(d, result)

  # d(phi(x)) / dx is the density, whose log has the slope -x
  def normal_cdf_back(self, dy: Tensor, l: Tensor, x: Tensor) -> Tensor:
    density = torch.mul(torch.exp(torch.mul(torch.mul(x, x), -0.5)), 0.39894228040143270)
    return torch.sub(torch.mul(dy, density), torch.mul(x, l))

  # softmax(q k^T / sqrt(d)) v without ever holding all scores
  def attention(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return torch.scaled_dot_product_attention(q, k, v)

  def concat_elu(self, x: Tensor) -> Tensor:
    return __torch__.concat_elu(x)

  # W = g V/|V| for each layer, output axis first; the authors floor |V|^2 of convolutions only
  def weight_norm(self, v: List[Tensor], g: List[Tensor]) -> List[Tensor]:
    out = annotate(List[Tensor], [])
    for i in range(torch.len(v)):
      rows = torch.flatten(v[i], 1)
      squares = torch.sum(torch.mul(rows, rows), [1], True)
      if torch.dim(v[i]) == 4:
        squares = torch.clamp_min(squares, 9.9999999999999998e-13)
      w = torch.mul(torch.div(rows, torch.sqrt(squares)), torch.unsqueeze(g[i], 1))
      _0 = torch.append(out, torch.reshape(w, torch.size(v[i])))
    return out

  # A network of gated blocks. activated = concat_elu(context), or without elements. shape = blocks; heads (0: the gated linear ablation, -1: blocks
  # do not mix); 1 where a layer norm follows each gated convolution; the ending: 0 none, 1 a convolution, 2 the same after concat_elu; 1 for bfloat16.
  def network(self, x: Tensor, activated: Tensor, w: List[Tensor], shape: Tensor, masks: List[Tensor]) -> Tensor:
    blocks, heads, norms, ending = int(shape[0]), int(shape[1]), int(shape[2]), int(shape[3])
    context = annotate(List[Tensor], [])
    if torch.numel(activated) > 0:
      _0 = torch.append(context, activated)
    code = int(shape[4])
    h = __torch__.conv_keep(x, w[0], w[1], code)[0]
    f = [torch.size(h, 3)]
    pos = w[0]
    k = 2
    if heads >= 0:
      pos = w[2]
      k = 3
    each = 4 + 2 * torch.len(context)
    mask = 0
    for i in range(blocks):
      h = __torch__.gated_conv(h, context, w[k:k + each], masks, mask, code)
      k = k + each
      mask = mask + 1
      if norms > 0:
        h = torch.layer_norm(h, f, w[k], w[k + 1], 1.0000000000000001e-05)
        k = k + 2
      if heads > 0:
        h = __torch__.gated_attention(h, pos, w[k:k + 4], heads, masks, mask, code)
      elif heads == 0:
        h = __torch__.gated_linear(h, pos, w[k:k + 4], masks, mask, code)
      if heads >= 0:
        h = torch.layer_norm(h, f, w[k + 4], w[k + 5], 1.0000000000000001e-05)
        k = k + 6
        mask = mask + 1
    if ending == 2:
      h = __torch__.concat_elu(h)
    if ending > 0:
      h = __torch__.conv_keep(h, w[k], w[k + 1], code)[0]
    return h

  # y = logit F(x) * exp(s) + t; log-det = sum[log pdf - log F - log(1-F) + s]
  def mixture_forward(self, x: Tensor, raw: Tensor) -> Tuple[Tensor, Tensor]:
    s, t, w, m, ls = __torch__.mixture_parameters(raw, torch.numel(x))
    cdf, survival, slope = __torch__.mixture_terms(torch.flatten(x), w, m, ls)
    y = torch.add(torch.mul(torch.sub(cdf, survival), torch.exp(s)), t)
    d = torch.add(slope, s)
    return (torch.reshape(y, torch.size(x)), torch.sum(torch.reshape(d, [torch.size(x, 0), -1]), [1]))

  # x with logit F(x) = (y-t) exp(-s), in float64 whatever the type of y: Newton inside the exact bracket, from the mean of the components' own solutions,
  # a bisection step wherever Newton's would leave it or is more than half the step before. Elements that are done leave the loop. Also returns how often F was computed for each element.
  def mixture_inverse(self, y: Tensor, raw: Tensor) -> Tuple[Tensor, Tensor]:
    s, t, w, m, ls = __torch__.mixture_parts(torch.to(__torch__.components_first(raw, torch.numel(y)), 7))
    target = torch.mul(torch.sub(torch.flatten(torch.to(y, 7)), t), torch.exp(torch.neg(s)))
    # of the logit, a few roundings: 4 of float64, or a quarter of one of float32, whose result is rounded once more
    eps = 8.8817841970012523e-16
    if y.dtype == 6:
      eps = 2.98023223876953125e-08
    tolerance = torch.mul(torch.add(torch.abs(target), 1.), eps)
    scales = torch.exp(ls)
    ends = torch.add(m, torch.mul(scales, torch.unsqueeze(target, 0)))
    lo, hi = torch.amin(ends, [0]), torch.amax(ends, [0])
    narrowest = torch.amin(scales, [0])
    x = torch.mul(torch.add(lo, hi), 0.5)
    shares = bool(torch.all(torch.le(torch.abs(target), 500.)))
    if shares:
      w, ls = torch.exp(w), torch.reciprocal(scales)
      mean = torch.sum(torch.mul_(ends, w), [0])
      x = torch.where(torch.isfinite(mean), torch.minimum(torch.maximum(mean, lo), hi), x)
    step = torch.sub(hi, lo)
    active = torch.gt(step, 0.)
    count = torch.zeros_like(x)
    found, counts = torch.clone(x), torch.clone(count)
    at = torch.arange(torch.numel(x), device=x.device)
    left = int(torch.sum(active))
    rounds = 0
    while left > 0 and rounds < 200:
      if left * 4 <= torch.numel(at) * 3:
        _0 = torch.index_copy_(found, 0, at, x)
        _1 = torch.index_copy_(counts, 0, at, count)
        on = torch.squeeze(torch.nonzero(active), 1)
        w, m, ls = torch.index_select(w, 1, on), torch.index_select(m, 1, on), torch.index_select(ls, 1, on)
        target, tolerance = torch.index_select(target, 0, on), torch.index_select(tolerance, 0, on)
        lo, hi, narrowest = torch.index_select(lo, 0, on), torch.index_select(hi, 0, on), torch.index_select(narrowest, 0, on)
        x, step, count = torch.index_select(x, 0, on), torch.index_select(step, 0, on), torch.index_select(count, 0, on)
        active, at = torch.index_select(active, 0, on), torch.index_select(at, 0, on)
      # a slope of 0 between narrow components: an infinite or undefined step, which no test below lets pass
      if shares:
        cdf, survival, density = __torch__.mixture_shares(x, w, m, ls)
        residual = torch.sub(torch.sub(torch.log(cdf), torch.log(survival)), target)
        slope = torch.div(density, torch.mul(cdf, survival))
      else:
        log_cdf, log_survival, log_slope = __torch__.mixture_terms(x, w, m, ls)
        residual = torch.sub(torch.sub(log_cdf, log_survival), target)
        slope = torch.exp(log_slope)
      count = torch.add(count, active)
      lo = torch.where(torch.lt(residual, 0.), x, lo)
      hi = torch.where(torch.gt(residual, 0.), x, hi)
      width = torch.sub(hi, lo)
      off = torch.abs(residual)
      length = torch.div(off, slope)
      newton = torch.sub(x, torch.div(residual, slope))
      within = torch.minimum(torch.maximum(newton, lo), hi)
      # log slope changes by at most 2/s per unit of x, s the smallest scale: a Newton step d <= s/4 from residual r ends within 1.65 |r| d / s
      near = torch.logical_and(
        torch.le(torch.mul(length, 4.), narrowest), torch.le(torch.mul(torch.mul(off, length), 3.2999999999999998), torch.mul(narrowest, tolerance)))
      hit = torch.le(off, torch.add(tolerance, torch.mul(torch.mul(slope, torch.abs(x)), eps)))
      closed = torch.le(width, torch.mul(torch.abs(x), 2.2204460492503131e-16))
      stays = torch.logical_or(hit, closed)
      trusted = torch.logical_and(torch.eq(newton, within), torch.le(torch.mul(length, 2.), step))
      halfway = torch.where(stays, x, torch.add(lo, torch.mul(width, 0.5)))
      next = torch.where(torch.logical_or(near, torch.logical_and(trusted, torch.logical_not(stays))), within, halfway)
      step = torch.abs(torch.sub(next, x))
      x = torch.where(active, next, x)
      active = torch.logical_and(active, torch.logical_not(torch.logical_or(near, stays)))
      left = int(torch.sum(active))
      rounds = rounds + 1
    _2 = torch.index_copy_(found, 0, at, x)
    _3 = torch.index_copy_(counts, 0, at, count)
    return (torch.to(torch.reshape(found, torch.size(y)), y.dtype), torch.reshape(counts, torch.size(y)))

  def affine_forward(self, x: Tensor, raw: Tensor) -> Tuple[Tensor, Tensor]:
    c = torch.size(x, 3)
    r = torch.reshape(raw, [torch.size(raw, 0), torch.size(raw, 1), torch.size(raw, 2), c, 2])
    s, t = torch.unbind(r, -1)
    s = torch.tanh(s)
    return (torch.add(torch.mul(x, torch.exp(s)), t), __torch__.sum_image(s))

  def affine_inverse(self, y: Tensor, raw: Tensor) -> Tensor:
    c = torch.size(y, 3)
    r = torch.reshape(raw, [torch.size(raw, 0), torch.size(raw, 1), torch.size(raw, 2), c, 2])
    s, t = torch.unbind(r, -1)
    return torch.mul(torch.sub(y, t), torch.exp(torch.neg(torch.tanh(s))))

  # y = x * max(g, 1e-10) + b for each half; log-det = sum log g, the same for every image
  def act_norm(self, a: Tensor, b: Tensor, w: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
    g0 = torch.clamp_min(w[0], 1e-10)
    g1 = torch.clamp_min(w[2], 1e-10)
    d = torch.add(torch.sum(torch.log(g0)), torch.sum(torch.log(g1)))
    return (torch.add(torch.mul(a, g0), w[1]), torch.add(torch.mul(b, g1), w[3]), torch.expand(d, [torch.size(a, 0)]))

  def act_norm_inverse(self, a: Tensor, b: Tensor, w: List[Tensor]) -> Tuple[Tensor, Tensor]:
    g0 = torch.clamp_min(w[0], 1e-10)
    g1 = torch.clamp_min(w[2], 1e-10)
    return (torch.div(torch.sub(a, w[1]), g0), torch.div(torch.sub(b, w[3]), g1))

  # y = x W, one matrix for each half; log-det = H W log|det W|, in float64
  def invertible_linear(self, a: Tensor, b: Tensor, w: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
    s0, d0 = torch.linalg_slogdet(torch.to(w[0], 7))
    s1, d1 = torch.linalg_slogdet(torch.to(w[1], 7))
    d = torch.mul(torch.add(d0, d1), torch.size(a, 1) * torch.size(a, 2))
    d = torch.expand(torch.to(d, a.dtype), [torch.size(a, 0)])
    return (torch.matmul(a, w[0]), torch.matmul(b, w[1]), d)

  def invertible_linear_inverse(self, a: Tensor, b: Tensor, w: List[Tensor]) -> Tuple[Tensor, Tensor]:
    i0 = torch.to(torch.linalg_inv(torch.to(w[0], 7)), a.dtype)
    i1 = torch.to(torch.linalg_inv(torch.to(w[1], 7)), a.dtype)
    return (torch.matmul(a, i0), torch.matmul(b, i1))

  # v in [0, 2^bits] to logit(.05 + .9 v / 2^bits); h = [.9 / 2^bits]
  def logit(self, v: Tensor, h: Tensor) -> Tuple[Tensor, Tensor]:
    scale = float(h)
    y = torch.add(torch.mul(v, scale), 0.050000000000000003)
    left = torch.log(y)
    right = torch.log1p(torch.neg(y))
    d = torch.neg(__torch__.sum_image(torch.add(left, right)))
    n = torch.size(v, 1) * torch.size(v, 2) * torch.size(v, 3)
    return (torch.sub(left, right), torch.add(d, n * torch.log(scale)))

  def logit_inverse(self, y: Tensor, h: Tensor) -> Tensor:
    return torch.div(torch.sub(torch.sigmoid(y), 0.050000000000000003), float(h))

  def sigmoid(self, x: Tensor) -> Tuple[Tensor, Tensor]:
    return (torch.sigmoid(x), __torch__.sum_image(torch.add(torch.log_sigmoid(x), torch.log_sigmoid(torch.neg(x)))))

  def sigmoid_inverse(self, y: Tensor) -> Tensor:
    return torch.sub(torch.log(y), torch.log1p(torch.neg(y)))

  def standard_normal(self, x: Tensor) -> Tensor:
    return __torch__.standard_normal(x)

  # u = Phi(x), whose derivative is the density of N(0,1). By erfc: special_ndtr is (1 + erf)/2, which loses the left tail.
  def normal_cdf(self, x: Tensor) -> Tuple[Tensor, Tensor]:
    return (torch.mul(torch.erfc(torch.mul(x, -0.70710678118654757)), 0.5), __torch__.standard_normal(x))

  def normal_cdf_inverse(self, u: Tensor) -> Tensor:
    return torch.special_ndtri(u)

  def split_columns(self, x: Tensor) -> List[Tensor]:
    b, h, w, c = torch.size(x, 0), torch.size(x, 1), torch.size(x, 2), torch.size(x, 3)
    return torch.unbind(torch.reshape(x, [b, h, w // 2, 2, c]), 3)

  def join_columns(self, p: Tensor, q: Tensor) -> Tensor:
    return torch.flatten(torch.stack([p, q], 3), 2, 3)

  def split_channels(self, x: Tensor) -> List[Tensor]:
    return torch.split(x, torch.size(x, 3) // 2, 3)

  def join_channels(self, p: Tensor, q: Tensor) -> Tensor:
    return torch.cat([p, q], 3)

  def space_to_depth(self, x: Tensor) -> Tensor:
    b, h, w, c = torch.size(x, 0), torch.size(x, 1), torch.size(x, 2), torch.size(x, 3)
    t = torch.permute(torch.reshape(x, [b, h // 2, 2, w // 2, 2, c]), [0, 1, 3, 2, 4, 5])
    return torch.reshape(t, [b, h // 2, w // 2, 4 * c])

  def depth_to_space(self, x: Tensor) -> Tensor:
    b, h, w, c = torch.size(x, 0), torch.size(x, 1), torch.size(x, 2), torch.size(x, 3)
    t = torch.permute(torch.reshape(x, [b, h, w, 2, 2, c // 4]), [0, 1, 3, 2, 4, 5])
    return torch.reshape(t, [b, 2 * h, 2 * w, c // 4])

  def is_finite(self, x: Tensor) -> Tensor:
    return torch.all(torch.isfinite(x))

  def copy(self, source: Tensor, target: Tensor) -> Tensor:
    return torch.copy_(target, source)

  # Views of one flat vector of all weights, in the shapes of the templates.
  def views(self, flat: Tensor, like: List[Tensor]) -> List[Tensor]:
    out = annotate(List[Tensor], [])
    at = 0
    for i in range(torch.len(like)):
      n = torch.numel(like[i])
      _0 = torch.append(out, torch.reshape(torch.narrow(flat, 0, at, n), torch.size(like[i])))
      at = at + n
    return out

  def zero(self, x: Tensor) -> Tensor:
    return torch.zero_(x)

  # The parts g of a gradient added up into the first from ends[0] to ends[1], and the square of its norm stretch by stretch, [n] float64. A stretch
  # stays in the processor's cache from one pass over it to the next.
  def add_gradients(self, ends: Tensor, g: List[Tensor]) -> Tensor:
    at, end = int(ends[0]), int(ends[1])
    squares = annotate(List[Tensor], [])
    while at < end:
      n = ops.prim.min(262144, end - at)
      x = torch.narrow(g[0], 0, at, n)
      for i in range(1, torch.len(g)):
        _0 = torch.add_(x, torch.narrow(g[i], 0, at, n))
      norm = torch.linalg_vector_norm(x, 2., None, False, dtype=7)
      _1 = torch.append(squares, torch.mul(norm, norm))
      at = at + n
    return torch.stack(squares)

  # One Adam step on flat vectors from h[7] to h[8]. h = lr_t, b1, b2, eps, factor that clips g, ema decay, 1 - that.
  def adam(self, h: Tensor, p: Tensor, m: Tensor, v: Tensor, ema: Tensor, g: Tensor) -> Tensor:
    at, end = int(h[7]), int(h[8])
    while at < end:
      n = ops.prim.min(262144, end - at)
      grad = torch.narrow(g, 0, at, n)
      if float(h[4]) < 1.:
        grad = torch.mul_(grad, float(h[4]))
      first = torch.add_(torch.mul_(torch.narrow(m, 0, at, n), float(h[1])), grad, alpha=1. - float(h[1]))
      second = torch.addcmul_(torch.mul_(torch.narrow(v, 0, at, n), float(h[2])), grad, grad, value=1. - float(h[2]))
      q = torch.narrow(p, 0, at, n)
      _0 = torch.addcdiv_(q, first, torch.add_(torch.sqrt(second), float(h[3])), value=torch.neg(float(h[0])))
      _1 = torch.add_(torch.mul_(torch.narrow(ema, 0, at, n), float(h[5])), q, alpha=float(h[6]))
      at = at + n
    return p
