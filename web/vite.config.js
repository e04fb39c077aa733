// Builds one island into one file under a name that web/build.rs knows; the program gives it an address by its content. Which
// island is the mode: `vite build --mode viewer`.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode: island }) => ({
  build: {
    outDir: 'dist',
    // dist/.gitkeep stays: cargo watches the folder
    emptyOutDir: false,
    target: 'es2022',
    sourcemap: false,
    modulePreload: false,
    rollupOptions: {
      input: { [island]: `islands/${island}/main.js` },
      output: { entryFileNames: '[name].js', inlineDynamicImports: true },
    },
  },
  resolve: {
    // zarrita knows these for WebAssembly, which our pages do not allow; the viewer tells it of its own (decoding/codecs.js)
    alias: ['blosc', 'lz4', 'zstd'].map((name) => ({
      find: `numcodecs/${name}`,
      replacement: here('islands/viewer/decoding/absent.js'),
    })),
  },
}));
