"""What commands and extensions may call: one function a use case, plain values in and out, nothing printed."""
