// Builds each island into one file under a name that web/build.rs knows; the program gives it an address by its content.
import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    outDir: 'dist',
    // dist/.gitkeep stays: cargo watches the folder
    emptyOutDir: false,
    target: 'es2022',
    sourcemap: false,
    modulePreload: false,
    rollupOptions: {
      input: { 'sparql-editor': 'islands/sparql-editor/main.js' },
      output: { entryFileNames: '[name].js', inlineDynamicImports: true },
    },
  },
});
