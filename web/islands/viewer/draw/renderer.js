// Draws tiles on a canvas by WebGL 2. Channels are added up; label images lie over them.

import { Lru } from '../tiles/lru.js';
import { VERTEX, channelShader, labelShader } from './shaders.js';

const TEXTURE_BYTES = 160 * 1024 * 1024;

const FORMATS = [
  [Uint8Array, 'R8UI', 'RED_INTEGER', 'UNSIGNED_BYTE', 'u'],
  [Uint8ClampedArray, 'R8UI', 'RED_INTEGER', 'UNSIGNED_BYTE', 'u'],
  [Uint16Array, 'R16UI', 'RED_INTEGER', 'UNSIGNED_SHORT', 'u'],
  [Uint32Array, 'R32UI', 'RED_INTEGER', 'UNSIGNED_INT', 'u'],
  [Int8Array, 'R8I', 'RED_INTEGER', 'BYTE', 'i'],
  [Int16Array, 'R16I', 'RED_INTEGER', 'SHORT', 'i'],
  [Int32Array, 'R32I', 'RED_INTEGER', 'INT', 'i'],
  [Float32Array, 'R32F', 'RED', 'FLOAT', ''],
];

export class Renderer {
  /** Throws where the browser has no WebGL 2. `restored` is called when a lost context came back. */
  constructor(canvas, restored) {
    this.canvas = canvas;
    this.gl = canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, preserveDrawingBuffer: false });
    if (!this.gl) throw new Error('this browser has no WebGL 2');
    this.start();
    canvas.addEventListener('webglcontextlost', (event) => event.preventDefault());
    canvas.addEventListener('webglcontextrestored', () => {
      this.start();
      restored();
    });
  }

  start() {
    this.programs = new Map();
    this.textures = new Lru(TEXTURE_BYTES, ({ texture }) => this.gl.deleteTexture(texture));
    // vertices are made of their numbers alone
    this.gl.bindVertexArray(this.gl.createVertexArray());
    this.gl.pixelStorei(this.gl.UNPACK_ALIGNMENT, 1);
  }

  /**
   * `layers`: `{ colour: [r, g, b], window, gamma, pieces }` or `{ opacity, pieces }`, the first at the bottom. A piece is
   * `{ key, tile, area, from, scale }`: `area` and the corner `from` of the tile in columns and rows of the full image, `scale` those of
   * one column and row of the tile.
   */
  draw(viewport, layers) {
    const { gl, canvas } = this;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.BLEND);
    for (const layer of layers) {
      const isLabel = layer.opacity !== undefined;
      gl.blendFunc(gl.ONE, isLabel ? gl.ONE_MINUS_SRC_ALPHA : gl.ONE);
      for (const piece of layer.pieces) this.drawPiece(viewport, layer, piece, isLabel);
    }
  }

  drawPiece(viewport, layer, { key, tile, area, from, scale }, isLabel) {
    const { gl } = this;
    const { texture, kind } = this.texture(key, tile);
    const { program, at } = this.program(kind, isLabel);
    gl.useProgram(program);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.uniform1i(at('plane'), 0);
    gl.uniform2f(at('size'), tile.width, tile.height);
    if (isLabel) gl.uniform1f(at('opacity'), layer.opacity);
    else {
      const [least, greatest] = layer.window;
      gl.uniform2f(at('window'), least, 1 / (greatest - least));
      gl.uniform1f(at('gamma'), layer.gamma);
      gl.uniform3f(at('colour'), ...layer.colour);
    }
    const start = viewport.toScreen(area.x, area.y);
    const end = viewport.toScreen(area.x + area.width, area.y + area.height);
    const [w, h] = [2 / viewport.width, 2 / viewport.height];
    gl.uniform4f(at('corners'), start.left * w - 1, 1 - start.top * h, end.left * w - 1, 1 - end.top * h);
    const column = (x) => (x - from.x) / scale.x;
    const row = (y) => (y - from.y) / scale.y;
    gl.uniform4f(at('texels'), column(area.x), row(area.y), column(area.x + area.width), row(area.y + area.height));
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  texture(key, tile) {
    const kept = this.textures.get(key);
    if (kept?.version === tile.version) return kept;
    const { gl } = this;
    const format = FORMATS.find(([type]) => tile.data instanceof type);
    // what the card does not know goes as floating point
    const [, internal, layout, type, kind] = format ?? FORMATS.at(-1);
    const data = format ? tile.data : Float32Array.from(tile.data);
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    for (const name of ['TEXTURE_MIN_FILTER', 'TEXTURE_MAG_FILTER']) gl.texParameteri(gl.TEXTURE_2D, gl[name], gl.NEAREST);
    for (const name of ['TEXTURE_WRAP_S', 'TEXTURE_WRAP_T']) gl.texParameteri(gl.TEXTURE_2D, gl[name], gl.CLAMP_TO_EDGE);
    gl.pixelStorei(gl.UNPACK_ROW_LENGTH, tile.rowLength);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl[internal], tile.width, tile.height, 0, gl[layout], gl[type], data, tile.offset);
    const made = { texture, kind, version: tile.version };
    this.textures.put(key, made, tile.width * tile.height * data.BYTES_PER_ELEMENT);
    return made;
  }

  program(kind, isLabel) {
    const name = `${kind}${isLabel}`;
    if (!this.programs.has(name)) this.programs.set(name, this.link(isLabel ? labelShader(kind) : channelShader(kind)));
    return this.programs.get(name);
  }

  link(fragment) {
    const { gl } = this;
    const program = gl.createProgram();
    for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, fragment]]) {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
      throw new Error(`the picture cannot be drawn: ${gl.getProgramInfoLog(program)}`);
    }
    const places = new Map();
    const at = (uniform) => {
      if (!places.has(uniform)) places.set(uniform, gl.getUniformLocation(program, uniform));
      return places.get(uniform);
    };
    return { program, at };
  }
}
