console.log(`process ${process.pid} loops`)
for (;;);
