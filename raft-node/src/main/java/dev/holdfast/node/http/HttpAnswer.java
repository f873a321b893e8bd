package dev.holdfast.node.http;

import dev.holdfast.protocol.model.Bytes;

/** What goes back: the server adds length, request id, checksum and connection headers. */
public record HttpAnswer(int status, String contentType, Bytes body) {}
