// What the graphics card does: a window, a gamma and a colour for values of a channel; a colour of its own for each object of a label image.

export const VERTEX = `#version 300 es
uniform vec4 corners;   // left, top, right, bottom on the screen, from -1 to 1
uniform vec4 texels;    // the same in columns and rows of the tile
out vec2 texel;
void main() {
  vec2 part = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  texel = mix(texels.xy, texels.zw, part);
  gl_Position = vec4(mix(corners.xy, corners.zw, part), 0.0, 1.0);
}`;

/** `kind`: 'u', 'i' or '' for unsigned, signed and floating point textures. */
export function channelShader(kind) {
  return `#version 300 es
precision highp float;
precision highp int;
precision highp ${kind}sampler2D;
uniform ${kind}sampler2D plane;
uniform vec2 size;
uniform vec2 window;    // the least value, and one over the width
uniform float gamma;
uniform vec3 colour;
in vec2 texel;
out vec4 shown;
float shade(vec2 at) {
  float value = float(texelFetch(plane, ivec2(clamp(at, vec2(0.0), size - 1.0)), 0).r);
  float part = (value - window.x) * window.y;
  // neither is true of what is no number
  return part > 0.0 ? (part < 1.0 ? pow(part, gamma) : 1.0) : 0.0;
}
void main() {
  // four places of the point: edges of pixels and coarse steps between levels become smooth
  vec2 across = dFdx(texel) * 0.25;
  vec2 down = dFdy(texel) * 0.25;
  float light = shade(texel - across - down) + shade(texel + across - down) + shade(texel - across + down) + shade(texel + across + down);
  shown = vec4(colour * (light * 0.25), 1.0);
}`;
}

/** The same `kind`; 0 is no object. */
export function labelShader(kind) {
  return `#version 300 es
precision highp float;
precision highp int;
precision highp ${kind}sampler2D;
uniform ${kind}sampler2D plane;
uniform vec2 size;
uniform float opacity;
in vec2 texel;
out vec4 shown;
vec3 ofHue(float hue) {
  return clamp(abs(fract(hue + vec3(0.0, 2.0 / 3.0, 1.0 / 3.0)) * 6.0 - 3.0) - 1.0, 0.0, 1.0);
}
void main() {
  uint object = uint(texelFetch(plane, ivec2(clamp(texel, vec2(0.0), size - 1.0)), 0).r);
  if (object == 0u) discard;
  // steps of the golden ratio keep the hues of neighbours apart
  float hue = fract(float(object % 65536u) * 0.61803398875);
  float light = 0.65 + 0.35 * fract(float(object % 8192u) * 0.7548776662);
  shown = vec4(mix(vec3(1.0), ofHue(hue), 0.85) * light * opacity, opacity);
}`;
}
