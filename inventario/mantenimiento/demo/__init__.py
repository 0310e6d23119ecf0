"""Una tienda de muestra: catálogo, gente y 90 días de ventas, hechos por los casos de uso de verdad."""
