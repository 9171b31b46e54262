package io.flowpp.core.spec;

/** What the last convolution of a conditioner reads. */
public enum Ending {
  /** The body's F channels: the CIFAR family. */
  LINEAR,
  /** concat_elu of them, 2F channels: the ImageNet and CelebA family. */
  ACTIVATED
}
