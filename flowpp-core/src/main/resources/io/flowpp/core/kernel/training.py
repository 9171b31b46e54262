# The same networks and layers for training: a *_keep function computes forward and returns, behind its result, what its *_back function reads;
# *_back returns the gradients of the inputs and adds those of the weights w to g, in w's order. Written out by hand since the tensor library's
# own differentiation keeps every intermediate value, cannot add to gradients in place, and computes several things twice.
# Matrix products of networks run in the type of code: 0 that of the input, 1 bfloat16; all else, and every sum, in the type of the weights. With
# bfloat16 a mixing's values between its two maps stay in it.

def kron(a: List[List[float]], like: Tensor) -> Tensor:
  m = torch.tensor(a, dtype=like.dtype, device=like.device)
  return torch.kron(m, m)

# Winograd's F(4x4, 3x3) (Lavin and Gray 2016): 36 products where 16 outputs of a 3x3 convolution take 144. Its transforms of the input (B'), of the
# weight (G) and of the output (A'), each both ways at once on a 6x6, 3x3 or 6x6 tile as one vector.
def winograd_input(like: Tensor) -> Tensor:
  return __torch__.kron([[4., 0., -5., 0., 1., 0.], [0., -4., -4., 1., 1., 0.], [0., 4., -4., -1., 1., 0.],
    [0., -2., -1., 2., 1., 0.], [0., 2., -1., -2., 1., 0.], [0., 4., 0., -5., 0., 1.]], like)

def winograd_weight(like: Tensor) -> Tensor:
  # as integers over 24, since a script makes tensors from lists by way of float32
  whole = __torch__.kron([[6., 0., 0.], [-4., -4., -4.], [-4., 4., -4.], [1., 2., 4.], [1., -2., 4.], [0., 0., 24.]], like)
  return torch.div(whole, 576.)

def winograd_output(like: Tensor) -> Tensor:
  return __torch__.kron([[1., 1., 1., 1., 1., 0.], [0., 1., -1., 2., -2., 0.], [0., 1., 1., 4., 4., 0.], [0., 1., -1., 8., -8., 1.]], like)

# Whether tiles of 4x4 fill the image and there are channels enough for products to cost more than transforms. A rule of shapes alone: the same
# model is computed in the same way everywhere but on a GPU, whose library chooses for itself.
def winograd_fits(x: Tensor, w: Tensor, code: int) -> bool:
  whole = torch.size(x, 1) % 4 == 0 and torch.size(x, 2) % 4 == 0
  return whole and torch.size(w, 0) * torch.size(w, 3) > 8192 and not x.is_cuda and code == 0

# [B,H,W,C] to [36,tiles,C]
def winograd_tiles(x: Tensor) -> Tensor:
  b, h, w, c = torch.size(x, 0), torch.size(x, 1), torch.size(x, 2), torch.size(x, 3)
  p = torch.constant_pad_nd(x, [0, 0, 1, 1, 1, 1], 0.)
  row = (w + 2) * c
  t = torch.as_strided(p, [6, 6, b, h // 4, w // 4, c], [row, c, (h + 2) * row, 4 * row, 4 * c, 1])
  return torch.reshape(torch.mm(__torch__.winograd_input(x), torch.reshape(t, [36, -1])), [36, -1, c])

# products [36,tiles,C] to [B,H,W,C]
def winograd_image(m: Tensor, b: int, h: int, w: int) -> Tensor:
  c = torch.size(m, 2)
  y = torch.mm(__torch__.winograd_output(m), torch.reshape(m, [36, -1]))
  y = torch.permute(torch.reshape(y, [4, 4, b, h // 4, w // 4, c]), [2, 3, 0, 4, 1, 5])
  return torch.reshape(y, [b, h, w, c])

# w [O,3,3,I] to [36,O,I]
def winograd_weights(w: Tensor) -> Tensor:
  o, i = torch.size(w, 0), torch.size(w, 3)
  v = torch.reshape(torch.permute(w, [1, 2, 0, 3]), [9, -1])
  return torch.reshape(torch.mm(__torch__.winograd_weight(w), v), [36, o, i])

def winograd(tiles: Tensor, w: Tensor, like: Tensor) -> Tensor:
  m = torch.bmm(tiles, torch.transpose(__torch__.winograd_weights(w), 1, 2))
  return __torch__.winograd_image(m, torch.size(like, 0), torch.size(like, 1), torch.size(like, 2))

def narrow(x: Tensor, code: int) -> Tensor:
  if code == 1:
    x = torch.to(x, 15)
  return x

# 3x3 convolution and what its way back reads of the input
def conv_keep(x: Tensor, w: Tensor, b: Tensor, code: int) -> Tuple[Tensor, Tensor]:
  if __torch__.winograd_fits(x, w, code):
    tiles = __torch__.winograd_tiles(x)
    return (torch.add_(__torch__.winograd(tiles, w, x), b), tiles)
  kept = __torch__.narrow(x, code)
  return (torch.to(__torch__.conv3x3(kept, __torch__.narrow(w, code), __torch__.narrow(b, code)), x.dtype), kept)

def conv_back(dy: Tensor, kept: Tensor, w: Tensor, gw: Tensor, gb: Tensor, code: int) -> Tensor:
  o, i = torch.size(w, 0), torch.size(w, 3)
  if torch.dim(kept) == 3:
    b, h, wide = torch.size(dy, 0), torch.size(dy, 1), torch.size(dy, 2)
    d = torch.reshape(torch.permute(torch.reshape(dy, [b, h // 4, 4, wide // 4, 4, o]), [2, 4, 0, 1, 3, 5]), [16, -1])
    d = torch.reshape(torch.mm(torch.t(__torch__.winograd_output(dy)), d), [36, -1, o])
    u = torch.bmm(torch.transpose(d, 1, 2), kept)
    u = torch.mm(torch.t(__torch__.winograd_weight(dy)), torch.reshape(u, [36, -1]))
    _0 = torch.add_(gw, torch.permute(torch.reshape(u, [3, 3, o, i]), [2, 0, 1, 3]))
    _1 = torch.add_(gb, torch.sum(torch.reshape(dy, [-1, o]), [0]))
    turned = torch.permute(torch.flip(w, [1, 2]), [3, 1, 2, 0])
    return __torch__.winograd(__torch__.winograd_tiles(dy), turned, dy)
  dx, dw, db = torch.convolution_backward(
    torch.permute(__torch__.narrow(dy, code), [0, 3, 1, 2]), torch.permute(kept, [0, 3, 1, 2]), torch.permute(__torch__.narrow(w, code), [0, 3, 1, 2]),
    [o], [1, 1], [1, 1], [1, 1], False, [0, 0], 1, [True, True, False])
  _2 = torch.add_(gw, torch.permute(dw, [0, 2, 3, 1]))
  _3 = torch.add_(gb, torch.sum(torch.reshape(dy, [-1, o]), [0]))
  return torch.to(torch.permute(dx, [0, 2, 3, 1]), dy.dtype)

# in the type of code, for what is kept takes half the memory so
def linear(x: Tensor, w: Tensor, b: Tensor, code: int) -> Tensor:
  return torch.linear(__torch__.narrow(x, code), __torch__.narrow(w, code), __torch__.narrow(b, code))

def linear_keep(x: Tensor, w: Tensor, b: Tensor, code: int) -> Tensor:
  return torch.to(__torch__.linear(x, w, b, code), w.dtype)

# rate scales what dropout left of x, which w was multiplied with
def linear_back(dy: Tensor, x: Tensor, w: Tensor, gw: Tensor, gb: Tensor, rate: float, code: int) -> Tensor:
  o, i = torch.size(w, 0), torch.size(w, 1)
  d = torch.reshape(dy, [-1, o])
  if code == 0:
    _0 = torch.addmm_(gw, torch.t(d), torch.reshape(x, [-1, i]), beta=1., alpha=rate)
    dx = torch.mm(d, w)
  else:
    n = __torch__.narrow(d, code)
    g = torch.mm(torch.t(n), __torch__.narrow(torch.reshape(x, [-1, i]), code))
    _1 = torch.add_(gw, torch.to(g, gw.dtype), alpha=rate)
    dx = torch.to(torch.mm(n, __torch__.narrow(w, code)), x.dtype)
  _2 = torch.add_(gb, torch.sum(d, [0], False, dtype=gb.dtype))
  return torch.reshape(dx, torch.size(x))

# d of concat_elu's input, from its result (or that where dropout has not set it to 0)
def concat_elu_back(d: Tensor, result: Tensor) -> Tensor:
  e = torch.elu_backward(d, 1., 1., 1., True, result)
  left, right = torch.chunk(e, 2, -1)
  return torch.sub(left, right)

# Half of a row at a time the library's vectors take 32 values or none: with other numbers of channels its glu is three times slower than a sigmoid of
# the half in one piece.
def halves_are_slow(half: Tensor) -> bool:
  return torch.size(half, -1) % 32 != 0 and not half.is_cuda

# h + a*sigmoid(b) for u = (a,b)
def gate(u: Tensor, h: Tensor) -> Tensor:
  u = torch.to(u, h.dtype)
  if __torch__.halves_are_slow(h):
    a, b = torch.chunk(u, 2, -1)
    return torch.add_(torch.mul_(torch.sigmoid(torch.contiguous(b)), a), h)
  return torch.add_(torch.glu(u, -1), h)

def gate_back(d: Tensor, u: Tensor) -> Tensor:
  u = torch.to(u, d.dtype)
  if __torch__.halves_are_slow(d):
    a, b = torch.chunk(u, 2, -1)
    s = torch.sigmoid(torch.contiguous(b))
    return torch.cat([torch.mul(d, s), torch.sigmoid_backward(torch.mul(d, a), s)], -1)
  return torch.glu_backward(d, u, -1)

# x where the mask, which is the last of the list if it is there, is 1; the factor 1/(1-p) of dropout is put on the weight that follows
def drop(x: Tensor, list: List[Tensor], at: int) -> Tensor:
  if torch.len(list) > at:
    x = torch.mul(x, torch.to(list[at], x.dtype))
  return x

def norm_keep(x: Tensor, w: Tensor, b: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  return torch.native_layer_norm(x, [torch.size(x, -1)], w, b, 1.0000000000000001e-05)

def norm_back(d: Tensor, x: Tensor, mean: Tensor, deviation: Tensor, w: Tensor, b: Tensor, gw: Tensor, gb: Tensor) -> Tensor:
  dx, dw, db = torch.native_layer_norm_backward(d, x, [torch.size(x, -1)], mean, deviation, w, b, [True, True, True])
  _0 = torch.add_(gw, dw)
  _1 = torch.add_(gb, db)
  return dx

# p [B,T,3F] to q, k, v [B,heads,T,F/heads]
def heads_of(p: Tensor, heads: int) -> List[Tensor]:
  b, t, f = torch.size(p, 0), torch.size(p, 1), torch.size(p, 2) // 3
  return torch.unbind(torch.permute(torch.reshape(p, [b, t, 3, heads, f // heads]), [2, 0, 3, 1, 4]), 0)

# Attention in bfloat16 on a CPU, by products of whole images. The library's own computes in float32 inside, which is slower than products, exponentials
# and products one after the other. Positions are the last axis of all that it reads and gives: p [B,3F,T], a [B,F,T].
def narrow_attention(p: Tensor) -> bool:
  return p.dtype == 15 and not p.is_cuda

# scores [heads,T,T], keys by queries, to the base two, to result: 2^(score - shift). Returns sums = (v 1) result, [heads,F/heads+1,T].
def exponentials(scores: Tensor, v: Tensor, result: Tensor) -> Tensor:
  _0 = torch.exp2(scores, out=result)
  sums = torch.bmm(v, result)
  total = torch.narrow(sums, 1, torch.size(v, 1) - 1, 1)
  # Scores are some units as a rule, far from where exponentials overflow, so that nothing is subtracted. A query's whose sum shows otherwise are
  # computed again, less their largest; so are those that are no numbers, and stay so.
  fine = torch.logical_and(torch.gt(total, 1e-20), torch.lt(total, 1e20))
  if not bool(torch.all(fine)):
    largest = torch.masked_fill(torch.amax(scores, [1], True), fine, 0.)
    _1 = torch.exp2(torch.sub(scores, largest), out=result)
    sums = torch.bmm(v, result)
  return sums

# Result [B,F,T] and what the way back reads, [B,heads*(T+1),T]: the exponentials of all heads, a row a key and a column a query, then a row of sums
# for each head; room for one image alone if not keeping.
def narrow_attend(p: Tensor, heads: int, keeping: bool) -> Tuple[Tensor, Tensor]:
  b, t, f = torch.size(p, 0), torch.size(p, 2), torch.size(p, 1) // 3
  d = f // heads
  x = torch.reshape(p, [b, 3, heads, d, t])
  q = torch.mul(torch.select(x, 1, 0), 1.4426950408889634 / torch.sqrt(d))
  k = torch.transpose(torch.select(x, 1, 1), 2, 3)
  v = torch.cat([torch.select(x, 1, 2), torch.ones([b, heads, 1, t], dtype=p.dtype)], 2)
  kept = b
  if not keeping:
    kept = 1
  e = torch.empty([kept, heads * (t + 1), t], dtype=p.dtype)
  scores = torch.empty([heads, t, t], dtype=p.dtype)
  out = torch.empty([b, heads, d, t], dtype=p.dtype)
  for i in range(b):
    image = torch.select(e, 0, i % kept)
    _0 = torch.bmm(torch.select(k, 0, i), torch.select(q, 0, i), out=scores)
    sums = __torch__.exponentials(scores, torch.select(v, 0, i), torch.view(torch.narrow(image, 0, 0, heads * t), [heads, t, t]))
    total = torch.narrow(sums, 1, d, 1)
    _1 = torch.copy_(torch.narrow(image, 0, heads * t, heads), torch.squeeze(total, 1))
    _2 = torch.div(torch.narrow(sums, 1, 0, d), total, out=torch.select(out, 0, i))
  return (torch.reshape(out, [b, f, t]), e)

# d of p, from da [B,T,F]. With P = E / sums, dS = P (dP - delta) = E (v 1 1)' (da -high -low) / sums, where high + low is delta.
def narrow_attend_back(da: Tensor, p: Tensor, a: Tensor, e: Tensor, heads: int) -> Tensor:
  b, t, f = torch.size(p, 0), torch.size(p, 2), torch.size(p, 1) // 3
  d = f // heads
  x = torch.reshape(p, [b, 3, heads, d, t])
  qk = torch.mul(torch.narrow(x, 1, 0, 2), 1. / torch.sqrt(d))
  q = torch.select(qk, 1, 0)
  k = torch.select(qk, 1, 1)
  v = torch.transpose(torch.cat([torch.select(x, 1, 2), torch.ones([b, heads, 2, t], dtype=p.dtype)], 2), 2, 3)
  up = torch.to(torch.reshape(torch.contiguous(torch.transpose(da, 1, 2)), [b, heads, d, t]), 6)
  result = torch.to(torch.reshape(a, [b, heads, d, t]), 6)
  up = torch.mul(up, torch.reciprocal(torch.to(torch.unsqueeze(torch.narrow(e, 1, heads * t, heads), 2), 6)))
  delta = torch.neg(torch.sum(torch.mul(up, result), [2], True))
  high = torch.to(delta, p.dtype)
  low = torch.to(torch.sub(delta, torch.to(high, 6)), p.dtype)
  u = torch.cat([torch.to(up, p.dtype), high, low], 2)
  dp = torch.empty([b, 3, heads, d, t], dtype=p.dtype)
  ds = torch.empty([heads, t, t], dtype=p.dtype)
  for i in range(b):
    image = torch.view(torch.narrow(torch.select(e, 0, i), 0, 0, heads * t), [heads, t, t])
    upstream = torch.select(u, 0, i)
    own = torch.select(dp, 0, i)
    _0 = torch.bmm(torch.narrow(upstream, 1, 0, d), torch.transpose(image, 1, 2), out=torch.select(own, 0, 2))
    _1 = torch.mul_(torch.bmm(torch.select(v, 0, i), upstream, out=ds), image)
    _2 = torch.bmm(torch.select(q, 0, i), torch.transpose(ds, 1, 2), out=torch.select(own, 0, 1))
    _3 = torch.bmm(torch.select(k, 0, i), ds, out=torch.select(own, 0, 0))
  return torch.reshape(dp, [b, 3 * f, t])

def attend(p: Tensor, heads: int) -> Tensor:
  if __torch__.narrow_attention(p):
    return __torch__.narrow_attend(p, heads, False)[0]
  q, k, v = __torch__.heads_of(p, heads)
  return torch.flatten(torch.transpose(torch.scaled_dot_product_attention(q, k, v), 1, 2), 2)

# softmax(q k' / sqrt(d)) v [B,T,F] and the logs of the softmax's sums, of which a GPU's way back computes its own; in bfloat16 see narrow_attend
def attend_keep(p: Tensor, heads: int) -> Tuple[Tensor, Tensor]:
  if __torch__.narrow_attention(p):
    return __torch__.narrow_attend(p, heads, True)
  q, k, v = __torch__.heads_of(p, heads)
  if p.is_cuda:
    a, sums = torch.scaled_dot_product_attention(q, k, v), torch.zeros([0], dtype=p.dtype, device=p.device)
  else:
    a, sums = torch._scaled_dot_product_flash_attention_for_cpu(q, k, v)
  return (torch.flatten(torch.transpose(a, 1, 2), 2), sums)

def attend_back(da: Tensor, p: Tensor, a: Tensor, sums: Tensor, heads: int) -> Tensor:
  if __torch__.narrow_attention(p):
    return __torch__.narrow_attend_back(da, p, a, sums, heads)
  b, t, f = torch.size(a, 0), torch.size(a, 1), torch.size(a, 2)
  d = torch.transpose(torch.reshape(da, [b, t, heads, f // heads]), 1, 2)
  if p.is_cuda:
    recording = torch.is_grad_enabled()
    torch.set_grad_enabled(True)
    leaf = torch.requires_grad_(torch.detach(p))
    q, k, v = __torch__.heads_of(leaf, heads)
    again = torch.scaled_dot_product_attention(q, k, v)
    upstream = annotate(List[Optional[Tensor]], [d])
    dp = torch.grad([again], [leaf], upstream)[0]
    torch.set_grad_enabled(recording)
    return unchecked_cast(Tensor, dp)
  q, k, v = __torch__.heads_of(p, heads)
  result = torch.transpose(torch.reshape(a, [b, t, heads, f // heads]), 1, 2)
  dq, dk, dv = torch._scaled_dot_product_flash_attention_for_cpu_backward(d, q, k, v, result, sums, 0., False)
  parts = [torch.transpose(dq, 1, 2), torch.transpose(dk, 1, 2), torch.transpose(dv, 1, 2)]
  return torch.reshape(torch.stack(parts, 2), [b, t, 3 * f])

# The second map of a gated part, 3x3 or 1x1, on what dropout left.
def second_keep(x: Tensor, w: Tensor, b: Tensor, rate: float, code: int) -> Tuple[Tensor, Tensor]:
  if rate != 1.:
    w = torch.mul(w, rate)
  if torch.dim(w) == 4:
    return __torch__.conv_keep(x, w, b, code)
  return (__torch__.linear(x, w, b, code), x)

def second_back(dy: Tensor, kept: Tensor, x: Tensor, w: Tensor, gw: Tensor, gb: Tensor, rate: float, code: int) -> Tensor:
  if torch.dim(w) == 4:
    own = torch.zeros_like(w)
    dx = __torch__.conv_back(dy, kept, torch.mul(w, rate), own, gb, code)
    _0 = torch.add_(gw, own, alpha=rate)
    return dx
  return __torch__.linear_back(dy, x, torch.mul(w, rate), gw, gb, rate, code)

# n = [norm](h + glu(second(drop(concat_elu(conv3x3(concat_elu(h)) + linear(context)))))). Returns n, concat_elu(h), what the convolution keeps,
# what dropout left, what the second map keeps, its result, and with a norm its input, mean and 1/deviation.
def gated_conv_keep(h: Tensor, context: Tensor, rate: float, norm: int, code: int, w: List[Tensor], mask: List[Tensor]) -> List[Tensor]:
  e = __torch__.concat_elu(h)
  t, kept = __torch__.conv_keep(e, w[0], w[1], code)
  k = 2
  if torch.numel(context) > 0:
    t = torch.add_(t, __torch__.linear_keep(context, w[2], w[3], code))
    k = 4
  left = __torch__.drop(__torch__.concat_elu(t), mask, 1)
  u, second = __torch__.second_keep(left, w[k], w[k + 1], rate, code)
  x = __torch__.gate(u, h)
  if norm == 0:
    return [x, e, kept, left, second, u]
  n, mean, deviation = __torch__.norm_keep(x, w[k + 2], w[k + 3])
  return [n, e, kept, left, second, u, x, mean, deviation]

# k = what gated_conv_keep returned and the mask where there is one. Returns dh and, with a context, d context.
def gated_conv_back(d: Tensor, context: Tensor, rate: float, norm: int, code: int, w: List[Tensor], k: List[Tensor], g: List[Tensor]) -> List[Tensor]:
  at = 2
  if torch.numel(context) > 0:
    at = 4
  mask = 6
  if norm > 0:
    mask = 9
    d = __torch__.norm_back(d, k[6], k[7], k[8], w[at + 2], w[at + 3], g[at + 2], g[at + 3])
  du = __torch__.gate_back(d, k[5])
  dl = __torch__.second_back(du, k[4], k[3], w[at], g[at], g[at + 1], rate, code)
  dt = __torch__.concat_elu_back(__torch__.drop(dl, k, mask), k[3])
  out = [d]
  if at == 4:
    out = [d, __torch__.linear_back(dt, context, w[2], g[2], g[3], 1., code)]
  de = __torch__.conv_back(dt, k[2], w[0], g[0], g[1], code)
  out[0] = torch.add(__torch__.concat_elu_back(de, k[1]), d)
  return out

# p = linear(h + pos), [B,HW,3F]
def mixing_map(h: Tensor, pos: Tensor, code: int, w: List[Tensor]) -> Tensor:
  return torch.flatten(__torch__.linear_keep(torch.add(h, pos), w[0], w[1], code), 1, 2)

# the same as attention reads it
def mixing_open(h: Tensor, pos: Tensor, code: int, heads: int, w: List[Tensor]) -> Tensor:
  if code == 0 or heads <= 0:
    return torch.contiguous(__torch__.mixing_map(h, pos, code, w))
  x = torch.flatten(__torch__.narrow(torch.add(h, pos), code), 1, 2)
  weight, bias = __torch__.narrow(w[0], code), __torch__.narrow(w[1], code)
  if __torch__.narrow_attention(x):
    every = torch.expand(weight, [torch.size(x, 0), torch.size(weight, 0), torch.size(weight, 1)])
    return torch.baddbmm(torch.unsqueeze(bias, 1), every, torch.transpose(x, 1, 2))
  return torch.linear(x, weight, bias)

# norm(h + glu(linear(drop(a)))). Returns it, what dropout left, the map's result, the norm's input, mean and 1/deviation.
def mixing_close(h: Tensor, a: Tensor, rate: float, code: int, w: List[Tensor], mask: List[Tensor]) -> List[Tensor]:
  if __torch__.narrow_attention(a):
    a = torch.contiguous(torch.transpose(a, 1, 2))
  left = __torch__.drop(torch.reshape(a, torch.size(h)), mask, 1)
  u = __torch__.linear(left, torch.mul(w[2], rate), w[3], code)
  x = __torch__.gate(u, h)
  n, mean, deviation = __torch__.norm_keep(x, w[4], w[5])
  return [n, left, u, x, mean, deviation]

# k = what mixing_close returned and the mask where there is one; returns d of its input x and of a
def mixing_close_back(d: Tensor, rate: float, code: int, w: List[Tensor], k: List[Tensor], g: List[Tensor]) -> Tuple[Tensor, Tensor]:
  d = __torch__.norm_back(d, k[3], k[4], k[5], w[4], w[5], g[4], g[5])
  du = __torch__.gate_back(d, k[2])
  dl = __torch__.linear_back(du, k[1], torch.mul(w[2], rate), g[2], g[3], rate, code)
  return (d, torch.flatten(__torch__.drop(dl, k, 6), 1, 2))

# d = what comes to h past the mixing, dp = d of its map's result
def mixing_open_back(d: Tensor, dp: Tensor, h: Tensor, pos: Tensor, code: int, w: List[Tensor], g: List[Tensor], gpos: Tensor) -> Tensor:
  x = torch.add(h, pos)
  if __torch__.narrow_attention(dp):
    weight = __torch__.narrow(w[0], code)
    every = torch.expand(weight, [torch.size(x, 0), torch.size(weight, 0), torch.size(weight, 1)])
    images = torch.bmm(dp, torch.flatten(__torch__.narrow(x, code), 1, 2))
    _1 = torch.add_(g[0], torch.sum(images, [0], False, dtype=g[0].dtype))
    _2 = torch.add_(g[1], torch.sum(dp, [0, 2], False, dtype=g[1].dtype))
    dx = torch.to(torch.bmm(torch.transpose(dp, 1, 2), every), x.dtype)
  else:
    dx = __torch__.linear_back(dp, x, w[0], g[0], g[1], 1., code)
  dx = torch.reshape(dx, torch.size(h))
  _0 = torch.add_(gpos, torch.sum(dx, [0]))
  return torch.add_(dx, d)

# the no-attention ablation on p [B,T,3F]
def triples_keep(p: Tensor) -> Tensor:
  return torch.amax(torch.reshape(p, [torch.size(p, 0), torch.size(p, 1), -1, 3]), [-1])

# equal ones share the gradient
def triples_back(da: Tensor, p: Tensor, a: Tensor) -> Tensor:
  t = torch.reshape(p, [torch.size(p, 0), torch.size(p, 1), -1, 3])
  hit = torch.to(torch.eq(t, torch.unsqueeze(a, -1)), p.dtype)
  share = torch.div(torch.unsqueeze(da, -1), torch.sum(hit, [-1], True))
  return torch.reshape(torch.mul(hit, share), torch.size(p))

# the same for the layers of a flow, d and l being the gradients of the results and of the sum of all images' log-determinants

def act_norm_back(da: Tensor, db: Tensor, l: Tensor, a: Tensor, b: Tensor, w: List[Tensor], g: List[Tensor]) -> Tuple[Tensor, Tensor]:
  n = torch.mul(l, torch.size(a, 0))
  out = annotate(List[Tensor], [])
  for i in range(2):
    x, d = a, da
    if i == 1:
      x, d = b, db
    gain = torch.clamp_min(w[2 * i], 1e-10)
    dg = torch.add(torch.sum(torch.mul(d, x), [0]), torch.div(n, gain))
    _0 = torch.add_(g[2 * i], torch.mul(dg, torch.ge(w[2 * i], 1e-10)))
    _1 = torch.add_(g[2 * i + 1], torch.sum(d, [0]))
    _2 = torch.append(out, torch.mul(d, gain))
  return (out[0], out[1])

def invertible_linear_back(da: Tensor, db: Tensor, l: Tensor, a: Tensor, b: Tensor, w: List[Tensor], g: List[Tensor]) -> Tuple[Tensor, Tensor]:
  n = torch.size(a, 0) * torch.size(a, 1) * torch.size(a, 2)
  c = torch.size(a, 3)
  out = annotate(List[Tensor], [])
  for i in range(2):
    x, d = a, da
    if i == 1:
      x, d = b, db
    slope = torch.mul(torch.t(torch.linalg_inv(torch.to(w[i], 7))), torch.mul(torch.to(l, 7), n))
    _0 = torch.add_(g[i], torch.to(slope, w[i].dtype))
    _1 = torch.addmm_(g[i], torch.t(torch.reshape(x, [-1, c])), torch.reshape(d, [-1, c]))
    _2 = torch.append(out, torch.matmul(d, torch.t(w[i])))
  return (out[0], out[1])

# d logit F(x)*exp(s)+t and of its log-determinant; returns dx and d raw
def mixture_back(dy: Tensor, l: Tensor, x: Tensor, raw: Tensor) -> Tuple[Tensor, Tensor]:
  s, t, w, m, ls = __torch__.mixture_parameters(raw, torch.numel(x))
  flat = torch.flatten(x)
  d = torch.flatten(dy)
  inverse = torch.exp(torch.neg(ls))
  z = torch.mul(torch.sub(torch.unsqueeze(flat, 0), m), inverse)
  right = torch.log_sigmoid(torch.neg(z))
  left = torch.log_sigmoid(z)
  below = torch.add(w, left)
  above = torch.add(w, right)
  peak = torch.sub(torch.add(below, right), ls)
  cdf = torch.logsumexp(below, [0])
  survival = torch.logsumexp(above, [0])
  pdf = torch.logsumexp(peak, [0])
  scale = torch.exp(s)
  dv = torch.mul(d, scale)
  v = torch.sub(cdf, survival)
  p1 = torch.mul(torch.exp(torch.sub(below, cdf)), torch.sub(dv, l))
  p2 = torch.mul(torch.exp(torch.sub(above, survival)), torch.neg(torch.add(dv, l)))
  p3 = torch.mul(torch.exp(torch.sub(peak, pdf)), l)
  dz = torch.sub(torch.mul(torch.add(p1, p3), torch.exp(right)), torch.mul(torch.add(p2, p3), torch.exp(left)))
  dm = torch.mul(dz, inverse)
  dls = torch.neg(torch.add(torch.mul(dz, z), p3))
  dlogits = torch.add(torch.add(torch.add(p1, p2), p3), torch.mul(torch.exp(w), l))
  ds = torch.mul(torch.add(torch.mul(dv, v), l), torch.sub(1., torch.mul(s, s)))
  k = torch.size(w, 0)
  rows = torch.reshape(raw, [torch.numel(x), -1])
  open = torch.ge(torch.t(torch.narrow(rows, 1, 2 + 2 * k, k)), -7.)
  parts = [torch.unsqueeze(ds, 0), torch.unsqueeze(d, 0), dlogits, torch.neg(dm), torch.mul(dls, open)]
  draw = torch.reshape(torch.t(torch.cat(parts, 0)), torch.size(raw))
  return (torch.reshape(torch.sum(dm, [0]), torch.size(x)), draw)

def affine_back(dy: Tensor, l: Tensor, x: Tensor, raw: Tensor) -> Tuple[Tensor, Tensor]:
  r = torch.reshape(raw, [torch.size(raw, 0), torch.size(raw, 1), torch.size(raw, 2), torch.size(x, 3), 2])
  s = torch.tanh(torch.select(r, -1, 0))
  dx = torch.mul(dy, torch.exp(s))
  ds = torch.mul(torch.add(torch.mul(dx, x), l), torch.sub(1., torch.mul(s, s)))
  return (dx, torch.reshape(torch.stack([ds, dy], -1), torch.size(raw)))

# d of u for y = logit(.05 + scale v)
def logit_back(dy: Tensor, l: Tensor, v: Tensor, scale: float) -> Tensor:
  y = torch.add(torch.mul(v, scale), 0.050000000000000003)
  q = torch.mul(y, torch.sub(1., y))
  # d of -log y - log(1-y) is (2y-1)/(y(1-y))
  return torch.mul(torch.div(torch.add(dy, torch.mul(torch.sub(torch.mul(y, 2.), 1.), l)), q), scale)

def sigmoid_back(dy: Tensor, l: Tensor, x: Tensor) -> Tensor:
  y = torch.sigmoid(x)
  return torch.add(torch.mul(torch.mul(dy, y), torch.sub(1., y)), torch.mul(torch.sub(1., torch.mul(y, 2.)), l))

# W = g V/|V|: dV and dg of dW, added to the gradients
def weight_norm_back(v: Tensor, gain: Tensor, d: Tensor, gv: Tensor, gg: Tensor) -> Tensor:
  rows, dw = torch.flatten(v, 1), torch.flatten(d, 1)
  squares = torch.sum(torch.mul(rows, rows), [1], True)
  above = torch.ones_like(squares)
  if torch.dim(v) == 4:
    above = torch.to(torch.ge(squares, 9.9999999999999998e-13), v.dtype)
    squares = torch.clamp_min(squares, 9.9999999999999998e-13)
  length = torch.sqrt(squares)
  along = torch.sum(torch.mul(dw, rows), [1], True)
  _0 = torch.add_(gg, torch.squeeze(torch.div(along, length), 1))
  own = torch.sub(dw, torch.mul(torch.mul(rows, torch.div(along, squares)), above))
  _1 = torch.add_(gv, torch.reshape(torch.mul(own, torch.div(torch.unsqueeze(gain, 1), length)), torch.size(v)))
  return gv
