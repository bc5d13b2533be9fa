"""What is hidden, from whom, in which bytes: the only room that touches a key.

Laws. The bytes are those of the written sealing specification, version 1; a changed byte is another version. Everything here is
pure: bytes in, bytes out; time and randomness are arguments (the encapsulation randomness of HPKE comes from the library).
Ids are 16 bytes. Nothing that an intake or a desk process loads may reach `sealing.open`, the only package that opens a case;
therefore this file imports nothing.
"""
