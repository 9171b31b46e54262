package io.flowpp.platform.tracking;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Flow;

/** The digest of an answer's body, of which no more than a buffer is ever held. */
final class Sha256Body implements Flow.Subscriber<List<ByteBuffer>> {
  private final MessageDigest digest = Digests.newDigest();

  private Sha256Body() {}

  /** In hexadecimal digits. */
  static BodySubscriber<String> subscriber() {
    return BodySubscribers.fromSubscriber(
        new Sha256Body(), body -> HexFormat.of().formatHex(body.digest.digest()));
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    buffers.forEach(digest::update);
  }

  @Override
  public void onError(Throwable fault) {
    // The exchange itself fails with it.
  }

  @Override
  public void onComplete() {
    // The digest is asked for by the finisher.
  }
}
