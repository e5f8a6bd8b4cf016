"""A message as the ERP sends one, for a mail that nobody sends."""

SUBJECT = "Factura N.º 00012345"

MESSAGE = """\
<div lang="es">
<p>Estimados señores:</p>
<p>Adjuntamos la factura <strong>N.º 00012345</strong> por <strong>1.234,56</strong>, correspondiente a su
último pedido. Vence en 30 días.</p>
<p>Si ya realizó el pago, por favor envíenos el comprobante en respuesta a este correo. Quedamos a su disposición
para cualquier aclaración.</p>
<p>¡Gracias por su compra!</p>
<p>Atentamente,</p>
</div>
"""  # not said to people
"""Paragraphs without any style of their own: how they look is the header's doing."""
